/* xargs: runs a program with the words of standard input as arguments. */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "xargs [-0rt] [-n N | -I TEXT] [PROGRAM [ARGUMENT...]]      runs it with the words of standard input\n"
    "  -n  at most N words at once    -I  once for each line, which replaces TEXT in the arguments\n"
    "  -0  each word ends with a zero byte; otherwise with a blank, unless it is quoted ('', \"\", \\)\n"
    "  -r  not without any word       -t  prints each command first";
/* The kernel's limits for a program are 32 arguments and a page for them with the environment. */
enum { MOST_ARGUMENTS = 31, MOST_BYTES = 2048 };
enum { A_COMMAND_FAILED = 123, CANNOT_RUN = 126, NOT_FOUND = 127 };

static int zero_ends, only_with_words, trace, failed;
static const char* replaced; /* of -I */
static char* arguments[MOST_ARGUMENTS + 1];
static int fixed, count; /* arguments of the command line, and all */
static size_t bytes;

/* ---- words ---- */

static char* word;
static size_t length, room;

static void append(int c) {
    if (length + 1 >= room) word = resized(word, room = 2 * room + 64);
    word[length++] = (char)c;
    word[length] = '\0';
}

static void append_quoted(int quote) {
    int c;
    while ((c = getchar()) != quote) {
        if (c == EOF || c == '\n') die("a quote %c is not closed", quote);
        append(c);
    }
}

static int ends_word(int c) {
    if (zero_ends) return c == '\0';
    return replaced ? c == '\n' : isspace(c);
}

/* Returns 0 at the end of the input. */
static int read_word(void) {
    int c, quoted = 0;
    length = 0;
    while ((c = getchar()) != EOF) {
        if (ends_word(c)) {
            if (length > 0 || quoted || zero_ends) break;
        } else if (zero_ends) {
            append(c);
        } else if (c == '\'' || c == '"') {
            quoted = 1;
            append_quoted(c);
        } else if (c == '\\') {
            if ((c = getchar()) != EOF) append(c);
        } else if (length > 0 || quoted || !replaced || !isblank(c)) { /* -I: without blanks in front */
            append(c);
        }
    }
    if (length == 0 && !quoted && (c == EOF || !zero_ends)) return 0;
    if (length == 0) append('\0'), length = 0;
    return 1;
}

/* ---- commands ---- */

static void run(char** argv) {
    int status;
    for (char** a = argv; trace && *a; a++) fprintf(stderr, "%s%s", *a, a[1] ? " " : "\n");
    fflush(stdout);
    const pid_t pid = fork();
    if (pid < 0) err(1, "cannot start %s", argv[0]);
    if (pid == 0) {
        execvp(argv[0], argv);
        warn("cannot run %s", argv[0]);
        _exit(errno == ENOENT ? NOT_FOUND : CANNOT_RUN);
    }
    if (waitpid(pid, &status, 0) != pid) err(1, "cannot wait for %s", argv[0]);
    if (!WIFEXITED(status)) errx(125, "%s was ended by signal %d", argv[0], WTERMSIG(status));
    const int code = WEXITSTATUS(status);
    if (code == 255) errx(124, "%s ended with status 255", argv[0]);
    if (code == CANNOT_RUN || code == NOT_FOUND) exit(code);
    if (code != 0) failed = 1;
}

static void run_collected(void) {
    arguments[count] = NULL;
    run(arguments);
    while (count > fixed) free(arguments[--count]);
    bytes = 0;
}

/* The argument with each `replaced` replaced by the word. */
static char* with_word(const char* argument) {
    const size_t old = strlen(replaced);
    char* result = resized(NULL, strlen(argument) / (old ? old : 1) * length + strlen(argument) + 1);
    char* to = result;
    while (*argument) {
        if (old && strncmp(argument, replaced, old) == 0) {
            to = stpcpy(to, word);
            argument += old;
        } else {
            *to++ = *argument++;
        }
    }
    *to = '\0';
    return result;
}

static void run_with_each_line(void) {
    char* with[MOST_ARGUMENTS + 1];
    while (read_word()) {
        for (int i = 0; i < fixed; i++) with[i] = with_word(arguments[i]);
        with[fixed] = NULL;
        run(with);
        for (int i = 0; i < fixed; i++) free(with[i]);
    }
}

static void run_with_words(long most) {
    int ran_or_need_not = only_with_words;
    while (read_word()) {
        if (length > MOST_BYTES) die("a word is longer than %d bytes", MOST_BYTES);
        if (count > fixed &&
            (count - fixed == most || count == MOST_ARGUMENTS || bytes + length > MOST_BYTES))
            run_collected();
        arguments[count++] = strcpy(resized(NULL, length + 1), word);
        bytes += length + 1;
        ran_or_need_not = 1;
    }
    if (count > fixed || !ran_or_need_not) run_collected();
}

int main(int argc, char** argv) {
    static char* usual[] = {"echo", NULL};
    long most = MOST_ARGUMENTS;
    help_if_asked(argc, argv, usage);
    for (int letter; (letter = getopt(argc, argv, "+0rtn:I:")) != -1;) {
        switch (letter) {
            case '0': zero_ends = 1; break;
            case 'r': only_with_words = 1; break;
            case 't': trace = 1; break;
            case 'I': replaced = optarg; break;
            case 'n':
                if (parse_number(optarg, 1, 0x7fffffff, &most)) break;
                /* fallthrough */
            default: bad_usage(usage);
        }
    }
    for (char** a = optind < argc ? argv + optind : usual; *a; a++) {
        if (count == MOST_ARGUMENTS - 1) die("there are more than %d arguments", MOST_ARGUMENTS - 1);
        arguments[count++] = *a;
        fixed = count;
    }
    if (replaced)
        run_with_each_line();
    else
        run_with_words(most);
    if (close_input(stdin, "-")) return 1;
    return failed ? A_COMMAND_FAILED : 0;
}
