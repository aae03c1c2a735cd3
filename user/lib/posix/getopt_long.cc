// getopt_long(): long options; the letters are getopt()'s (options.cc).
#include "getopt.h"

#include "stdio.h"
#include "string.h"

namespace {

// The option that the word names, up to its end or '='. Null: none, or several.
const option* find(const option* options, const char* word, size_t n) {
    const option* found = nullptr;
    for (const option* o = options; o->name; o++) {
        if (strncmp(o->name, word, n) != 0) continue;
        if (o->name[n] == '\0') return o;
        if (found) return nullptr;
        found = o;
    }
    return found;
}

bool is_long(const char* word, bool only) {
    return word[0] == '-' && (word[1] == '-' ? word[2] : only && word[1]);
}

int refuse(const char* letters, const char* name, const char* reason, int result) {
    if (opterr && *letters != ':') fprintf(stderr, "option --%s %s\n", name, reason);
    return result == ':' && *letters != ':' ? '?' : result;
}

// `value` is what stands behind =, or null.
int take(int argc, char* const argv[], const char* letters, const option& o, char* value) {
    if (value && o.has_arg == no_argument) return refuse(letters, o.name, "takes no value", '?');
    if (!value && o.has_arg == required_argument) {
        if (optind >= argc) return optopt = o.val, refuse(letters, o.name, "needs a value", ':');
        value = argv[optind++];
    }
    optarg = value;
    if (!o.flag) return o.val;
    *o.flag = o.val;
    return 0;
}

int get(int argc, char* const argv[], const char* letters, const option* options, int* index, bool only) {
    if (*letters == '+') letters++;
    static const char* cluster;  // the word of letters that getopt() is in
    char* word = optind < argc ? argv[optind] : nullptr;
    if (!word || word == cluster || !is_long(word, only)) return cluster = word, getopt(argc, argv, letters);
    char* name = word + (word[1] == '-' ? 2 : 1);
    const size_t n = strcspn(name, "=");
    const option* o = find(options, name, n);
    if (!o && word[1] != '-' && strchr(letters, word[1])) return cluster = word, getopt(argc, argv, letters);
    optind++;
    optopt = 0;
    if (!o) return refuse(letters, name, "is unknown or not unique", '?');
    const int result = take(argc, argv, letters, *o, name[n] ? name + n + 1 : nullptr);
    const bool refused = result == '?' || result == ':';
    if (index && !refused) *index = static_cast<int>(o - options);
    return result;
}

}  // namespace

extern "C" {

int getopt_long(int argc, char* const argv[], const char* letters, const option* options, int* index) {
    return get(argc, argv, letters, options, index, false);
}
int getopt_long_only(int argc, char* const argv[], const char* letters, const option* options, int* index) {
    return get(argc, argv, letters, options, index, true);
}

}  // extern "C"
