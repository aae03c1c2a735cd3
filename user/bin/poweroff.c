/* poweroff: switches the machine off; QEMU exits with the status. */
#include "netd.h"
#include "user.h"

static const char usage[] = "poweroff [STATUS]      ends QEMU with this exit status, 0 to 255 (default 0)";

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    long status = 0;
    if (argc > 2 || (argc == 2 && !parse_number(argv[1], 0, 255, &status))) bad_usage(usage);
    char ip[8];
    if (bootarg("ip", ip, sizeof ip) > 0 && strcmp(ip, "dhcp") == 0) netd_release_lease();
    die("cannot power off: %s", strerror(poweroff((int)status)));
}
