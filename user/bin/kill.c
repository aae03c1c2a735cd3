/* kill [-SIGNAL] PID...: sends signals. */
#include "abi/signal.h"
#include "user.h"

static const char usage[] =
    "kill [-SIGNAL] PID...      ends processes (`ps` lists their pids), or sends them another signal\n"
    "  -SIGNAL: a number or HUP INT QUIT ABRT KILL USR1 USR2 ALRM TERM CONT STOP TSTP; default: TERM\n"
    "  -PID: all processes of that group, after a -SIGNAL";

static const struct {
    const char* name;
    int number;
} names[] = {{"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ABRT", SIGABRT},
             {"KILL", SIGKILL}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"ALRM", SIGALRM},
             {"TERM", SIGTERM}, {"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"TSTP", SIGTSTP}};

static int signal_of(const char* text) {
    long number;
    if (parse_number(text, 0, 31, &number)) return (int)number;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(text, names[i].name) == 0) return names[i].number;
    }
    die("there is no signal \"%s\"; see kill --help", text);
}

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    const int named = argc > 1 && argv[1][0] == '-', number = named ? signal_of(argv[1] + 1) : SIGTERM;
    if (argc < 2 + named) bad_usage(usage);
    int failed = 0;
    for (int i = 1 + named; i < argc; i++) {
        long pid;
        if (!parse_number(argv[i], named ? -0x7fffffff : 1, 0x7fffffff, &pid) || pid == 0 || pid == -1) {
            complain("\"%s\" is not a pid", argv[i]);
            failed = 1;
            continue;
        }
        const int result = sigsend((int)pid, number);
        if (result < 0) {
            complain("cannot send signal %d to process %ld: %s", number, pid, strerror(result));
            failed = 1;
        }
    }
    return failed;
}
