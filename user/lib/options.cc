// The command line: POSIX getopt, --help and usage errors.
#include "user.h"

namespace {

int inside;  // the position within a cluster such as -la

int refuse(const char* letters, const char* word, char letter, bool known) {
    const bool is_long = word[0] == '-' && word[1] == '-';
    if (opterr && *letters != ':' && is_long) complain("there is no option %s", word);
    if (opterr && *letters != ':' && !is_long)
        complain(known ? "option -%c needs a value" : "there is no option -%c", letter);
    return known && *letters == ':' ? ':' : '?';
}

}  // namespace

extern "C" {

char* optarg;
int optind = 1;
int opterr = 1;
int optopt;

// GNU's + at the front asks for what POSIX says anyway: the options end at the first word that is none.
int getopt(int argc, char* const argv[], const char* letters) {
    if (*letters == '+') letters++;
    if (inside == 0) {
        if (optind >= argc || argv[optind][0] != '-' || argv[optind][1] == '\0') return -1;
        const bool end_mark = strcmp(argv[optind], "--") == 0;
        if (end_mark) return optind++, -1;
        inside = 1;
    }
    const char* word = argv[optind];
    const char letter = word[inside++];
    char* rest = argv[optind] + inside;
    const char* known = letter == ':' ? nullptr : strchr(letters, letter);
    const bool wants_value = known && known[1] == ':';
    const bool optional = wants_value && known[2] == ':';  // GNU's: only in the same word
    if (*rest == '\0' || wants_value) {
        optind++;
        inside = 0;
    }
    optopt = letter;
    if (!known) return refuse(letters, word, letter, false);
    if (!wants_value) return letter;
    if (optional) return optarg = *rest ? rest : nullptr, letter;
    optarg = *rest ? rest : optind < argc ? argv[optind++] : nullptr;
    return optarg ? letter : refuse(letters, word, letter, true);
}

void help_if_asked(int argc, char** argv, const char* usage) {
    if (argc < 2 || (strcmp(argv[1], "-h") != 0 && strcmp(argv[1], "--help") != 0)) return;
    printf("usage: %s\n", usage);
    exit(0);
}

void bad_usage(const char* usage) { bad_usage_as(1, usage); }

void bad_usage_as(int status, const char* usage) {
    fprintf(2, "usage: %s\n", usage);
    exit(status);
}

}  // extern "C"
