/* poweroff [STATUS]: ends the machine; QEMU exits with the status. */
#include "user.h"

static const char usage[] = "poweroff [STATUS]      ends QEMU with exit status 0 to 255, by default 0";

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    long status = 0;
    if (argc > 2 || (argc == 2 && !parse_number(argv[1], 0, 255, &status))) bad_usage(usage);
    die("the machine goes on: %s", strerror(poweroff((int)status)));
}
