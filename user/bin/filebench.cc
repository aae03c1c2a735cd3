// filebench: measures the file system, for tests/bench or by hand.
//
// Each figure is a line "name value unit". Only under QEMU's `-icount shift=0 -smp 1` are the numbers of
// instructions right. NAME_instructions includes idle time, NAME_busy does not.
#include "meter.h"

namespace {

using meter::Meter;

const char kUsage[] =
    "filebench [KIB [SIZE]]      measures the file system\n"
    "  Writes a file of KIB KiB (default 1024) and reads it, with SIZE bytes (default 8192) per call. Then "
    "reads\n"
    "  a part that fits in the buffer cache many times, and creates and removes small files.";

constexpr char kPath[] = "filebench.tmp";
constexpr long kBlock = 1024, kMostKib = 60 * 1024, kMostSize = 65536;
constexpr long kCachedKib = 64, kRounds = 16;
constexpr int kFiles = 32;

u8 buffer[kMostSize];

void print_ratio(const char* name, const char* what, u64 dividend, u64 divisor, const char* unit) {
    const u64 hundredths = divisor ? (dividend * 100 + divisor / 2) / divisor : 0;
    char text[40];
    snprintf(text, sizeof text, "%s_%s", name, what);
    printf("%-24s %9lu.%02lu %s\n", text, hundredths / 100, hundredths % 100, unit);
}

// What `blocks` blocks cost, in all and each.
void report_blocks(const char* name, const Meter& m, long blocks) {
    const u64 spent = m.instructions_since(), ns = m.ns_since(), busy = m.busy_since();
    const auto n = static_cast<u64>(blocks);
    print_ratio(name, "rate", n * kBlock * 1000, ns, "MB/s");
    print_ratio(name, "instructions", spent, n, "per block of 1 KiB");
    print_ratio(name, "busy", busy, n, "per block of 1 KiB, all harts, without idle time");
}

void report_files(const char* name, const Meter& m) {
    print_ratio(name, "time", m.ns_since(), 1000ul * kFiles, "us per file");
}

int open_or_die(const char* path, int flags) {
    const int fd = open(path, flags);
    if (fd < 0) die("%s: %s", path, strerror(fd));
    return fd;
}

void write_file(long bytes, int size) {
    const int fd = open_or_die(kPath, O_CREATE | O_TRUNC | O_WRONLY);
    for (long at = 0; at < bytes; at += size) {
        memset(buffer, static_cast<int>(at / size) & 255, 16);
        const int n = write(fd, buffer, size);
        if (n != size) die("write at %ld: %s", at, n < 0 ? strerror(n) : "the disk is full");
    }
    close(fd);
}

void read_file(long bytes, int size) {
    const int fd = open_or_die(kPath, O_RDONLY);
    for (long at = 0; at < bytes; at += size) {
        const int n = read(fd, buffer, size);
        if (n != size) die("read at %ld: %s", at, n < 0 ? strerror(n) : "the file is short");
        if (buffer[0] != (at / size & 255)) die("read at %ld: other bytes than were written", at);
    }
    close(fd);
}

void bench_small_files() {
    char path[16];
    const Meter making;
    for (int i = 0; i < kFiles; i++) {
        snprintf(path, sizeof path, "fb%d.tmp", i);
        const int fd = open_or_die(path, O_CREATE | O_WRONLY);
        write(fd, buffer, 100);
        close(fd);
    }
    report_files("create", making);
    const Meter removing;
    for (int i = 0; i < kFiles; i++) {
        snprintf(path, sizeof path, "fb%d.tmp", i);
        unlink(path);
    }
    report_files("remove", removing);
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    long kib = 1024, size = 8192;
    if (argc > 3) bad_usage(kUsage);
    if (argc > 1 && !parse_number(argv[1], kCachedKib, kMostKib, &kib))
        die("KIB must be a number from %ld to %ld", kCachedKib, kMostKib);
    if (argc > 2 && !parse_number(argv[2], 1, kMostSize, &size))
        die("SIZE must be a number from 1 to %ld", kMostSize);
    const long bytes = kib * 1024 / size * size, cached = kCachedKib * 1024 / size * size;
    const auto piece = static_cast<int>(size);

    const Meter writing;
    write_file(bytes, piece);
    report_blocks("write", writing, bytes / kBlock);
    const Meter reading;
    read_file(bytes, piece);
    report_blocks("read", reading, bytes / kBlock);
    read_file(cached, piece);
    const Meter again;
    for (long i = 0; i < kRounds; i++) read_file(cached, piece);
    report_blocks("reread", again, kRounds * cached / kBlock);
    unlink(kPath);
    bench_small_files();
    return 0;
}
