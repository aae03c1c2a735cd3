/* free: how much memory is in use, and how much is free. */
#include "user.h"

static const char usage[] =
    "free      prints the use of memory in KiB, and the number of packet buffers (mbufs of 2 KiB)";

int main(int argc, char** argv) {
    help_if_asked(argc, argv, usage);
    if (argc != 1) bad_usage(usage);
    struct meminfo m;
    const int result = meminfo(&m);
    if (result < 0) die("cannot ask the kernel: %s", strerror(result));

    const unsigned long used = m.total_bytes - m.free_bytes;
    const unsigned long in_use = m.mbufs_total - m.mbufs_free - m.mbufs_ring - m.mbufs_fragments;
    printf("KiB        total      used      free    kernel     mbufs\n");
    printf("memory %9lu %9lu %9lu %9lu %9lu\n", m.total_bytes / 1024, used / 1024, m.free_bytes / 1024,
           m.kernel_bytes / 1024, m.mbufs_total * 2);
    printf("           total    in use      free   in ring fragments\n");
    printf("mbufs  %9lu %9lu %9lu %9lu %9lu\n", m.mbufs_total, in_use, m.mbufs_free, m.mbufs_ring,
           m.mbufs_fragments);
    printf("%lu processes, %lu open files, %lu sockets\n", m.processes, m.open_files, m.sockets);
    return 0;
}
