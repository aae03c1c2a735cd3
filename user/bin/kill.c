/* kill: sends signals to processes. */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "kill [-SIGNAL | -s SIGNAL] PID...      ends processes (`ps` lists their pids), or sends another signal\n"
    "  SIGNAL: a number or a name such as HUP, INT, KILL, CONT, STOP; default: TERM\n"
    "  -PID: all processes of that group, after a -SIGNAL\n"
    "kill -l [NUMBER]      lists the signals, or the name of one, also of an exit status";

static const struct {
    const char* name;
    int number;
} names[] = {{"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT},  {"ILL", SIGILL},   {"TRAP", SIGTRAP},
             {"ABRT", SIGABRT}, {"BUS", SIGBUS},   {"FPE", SIGFPE},    {"KILL", SIGKILL}, {"USR1", SIGUSR1},
             {"SEGV", SIGSEGV}, {"USR2", SIGUSR2}, {"PIPE", SIGPIPE},  {"ALRM", SIGALRM}, {"TERM", SIGTERM},
             {"CHLD", SIGCHLD}, {"CONT", SIGCONT}, {"STOP", SIGSTOP},  {"TSTP", SIGTSTP}, {"TTIN", SIGTTIN},
             {"TTOU", SIGTTOU}, {"URG", SIGURG},   {"WINCH", SIGWINCH}};
enum { NAMES = sizeof names / sizeof *names };

static int signal_of(const char* text) {
    long number;
    if (parse_number(text, 0, 31, &number)) return (int)number;
    if (strncasecmp(text, "SIG", 3) == 0) text += 3;
    for (int i = 0; i < NAMES; i++) {
        if (strcasecmp(text, names[i].name) == 0) return names[i].number;
    }
    die("there is no signal \"%s\"; `kill -l` lists them", text);
}

static int list_signals(const char* wanted) {
    long number = 0;
    if (wanted && !parse_number(wanted, 1, 255, &number)) return printf("%d\n", signal_of(wanted)), 0;
    if (number > 128) number -= 128; /* the status of a process that the signal has ended */
    for (int i = 0; i < NAMES; i++) {
        if (!wanted) printf("%2d %s\n", names[i].number, names[i].name);
        if (wanted && names[i].number == number) return printf("%s\n", names[i].name), 0;
    }
    if (wanted) die("there is no signal %s", wanted);
    return 0;
}

static int send(const char* text, int number, long least) {
    long pid;
    if (!parse_number(text, least, 0x7fffffff, &pid) || pid == 0 || pid == -1) {
        complain("\"%s\" is not a pid", text);
        return 1;
    }
    if (kill((pid_t)pid, number) == 0) return 0;
    warn("cannot send signal %d to process %ld", number, pid);
    return 1;
}

int main(int argc, char** argv) {
    int number = SIGTERM, first = 1, failed = 0;
    help_if_asked(argc, argv, usage);
    if (argc > 1 && strcmp(argv[1], "-l") == 0) return end_output(list_signals(argv[2]), 1);
    if (argc > 2 && strcmp(argv[1], "-s") == 0)
        number = signal_of(argv[2]), first = 3;
    else if (argc > 1 && argv[1][0] == '-' && argv[1][1] != '-')
        number = signal_of(argv[1] + 1), first = 2;
    const long least = first > 1 ? -0x7fffffff : 1; /* a group's number needs a signal before it */
    if (first < argc && strcmp(argv[first], "--") == 0) first++;
    if (first >= argc) bad_usage(usage);
    for (int i = first; i < argc; i++) failed |= send(argv[i], number, least);
    return failed;
}
