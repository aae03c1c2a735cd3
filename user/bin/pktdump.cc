// pktdump: sets how the kernel prints the packets it receives.
#include "user.h"

namespace {
const char kUsage[] =
    "pktdump [off|brief|full]      sets how received packets are printed; without a mode, prints the mode\n"
    "  brief  one line per packet      full  every header field by name, and the payload";
const char* const kModes[] = {"off", "brief", "full"};  // in the order of PKTDUMP_*
}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    if (argc > 2) bad_usage(kUsage);
    if (argc == 1) {
        const int mode = pktdump(-1);
        if (mode < 0 || mode > PKTDUMP_FULL) die("cannot ask the kernel: %s", strerror(mode));
        printf("%s\n", kModes[mode]);
        return 0;
    }
    for (int mode = PKTDUMP_OFF; mode <= PKTDUMP_FULL; mode++) {
        if (strcmp(argv[1], kModes[mode]) != 0) continue;
        const int old = pktdump(mode);
        if (old < 0) die("cannot set the mode: %s", strerror(old));
        return 0;
    }
    bad_usage(kUsage);
}
