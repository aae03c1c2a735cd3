/* kill PID...: ends processes. */
#include "user.h"

static const char usage[] = "kill PID...      ends processes (`ps` lists their pids)";

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    if (argc < 2) bad_usage(usage);
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        long pid;
        if (!parse_number(argv[i], 1, 0x7fffffff, &pid)) {
            complain("\"%s\" is not a pid", argv[i]);
            failed = 1;
            continue;
        }
        const int result = kill((int)pid);
        if (result < 0) {
            complain("cannot end process %ld: %s", pid, strerror(result));
            failed = 1;
        }
    }
    return failed;
}
