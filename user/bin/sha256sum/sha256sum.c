/* sha256sum: prints or checks SHA-256 hashes of files. */
#include <string.h>
#include <unistd.h>

#include "manners.h"
#include "sha256.h"
#include "tools.h"

static const char usage[] =
    "sha256sum [FILE...]         prints the SHA-256 hash and the name of each file\n"
    "       sha256sum -c [FILE...]      checks the hashes in a list that sha256sum has printed";
enum { HEX = 2 * SHA256_BYTES };

static void hash_of(FILE* f, char text[HEX + 1]) {
    static char data[16384];
    uint8_t hash[SHA256_BYTES];
    struct sha256 s;
    sha256_begin(&s);
    for (size_t n; (n = fread(data, 1, sizeof data, f)) > 0;) sha256_add(&s, data, n);
    sha256_end(&s, hash);
    for (int i = 0; i < SHA256_BYTES; i++) sprintf(text + 2 * i, "%02x", hash[i]);
}

static int print(FILE* f, const char* name) {
    char text[HEX + 1];
    hash_of(f, text);
    if (ferror(f)) return 1; /* close_input() says why */
    printf("%s  %s\n", text, name);
    return 0;
}

/* Checks a line "HASH  NAME". Returns whether the file has that hash. */
static int agrees(const char* line) {
    const char* name = line + HEX + 2;
    char text[HEX + 1] = "";
    FILE* f = open_input(name);
    if (f) hash_of(f, text);
    const int failed = !f || close_input(f, name), same = !failed && strncmp(text, line, HEX) == 0;
    printf("%s: %s\n", name, same ? "OK" : failed ? "FAILED open or read" : "FAILED");
    return same;
}

static int check_list(FILE* list, const char* name) {
    char line[HEX + 2 + FILENAME_MAX];
    int wrong = 0, lines = 0;
    while (fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = '\0';
        if (strspn(line, "0123456789abcdef") != HEX || line[HEX] != ' ' || strlen(line) <= HEX + 2) continue;
        lines++;
        wrong += !agrees(line);
    }
    if (lines == 0) complain("%s has no line with a hash", name);
    if (wrong > 0) complain("%d of %d files have another hash or cannot be read", wrong, lines);
    return lines == 0 || wrong > 0;
}

int main(int argc, char** argv) {
    int check = 0;
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "c")) != -1;) {
        if (letter == '?') bad_usage(usage);
        check = 1;
    }
    return end_output(for_each_input(argv + optind, check ? check_list : print), 1);
}
