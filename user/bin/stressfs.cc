// stressfs: several processes write files at the same time, so that each transaction of the log holds blocks
// of many of them; then every byte is read back.
#include "user.h"

namespace {

const char kUsage[] =
    "stressfs [PROCESSES [BLOCKS]]      writes files and reads them back\n"
    "  Default: 6 processes, 60 blocks of 512 bytes each.";
constexpr int kBlock = 512;
char block[kBlock];

void name_of(int process, char name[16]) { snprintf(name, 16, "stressfs%d", process); }

// Fills `block` with the content of block n of a process's file.
void fill(int process, int n) {
    for (int i = 0; i < kBlock; i++) block[i] = static_cast<char>(process * 31 + n * 7 + i);
}

int write_and_check(int process, int blocks) {
    char name[16];
    name_of(process, name);
    unlink(name);
    int fd = open(name, O_CREATE | O_RDWR);
    if (fd < 0) die("%s: %s", name, strerror(fd));
    for (int n = 0; n < blocks; n++) {
        fill(process, n);
        const int written = write(fd, block, kBlock);
        if (written != kBlock) die("%s: block %d: write returned %d", name, n, written);
    }
    close(fd);
    fd = open(name, O_RDONLY);
    static char back[kBlock];
    for (int n = 0; n < blocks; n++) {
        fill(process, n);
        const int got = read(fd, back, kBlock);
        if (got != kBlock || memcmp(back, block, kBlock) != 0)
            die("%s: block %d: other bytes than were written", name, n);
    }
    if (read(fd, back, 1) != 0) die("%s is too long", name);
    close(fd);
    return unlink(name);
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    long processes = 6, blocks = 60;
    if (argc > 3 || (argc > 1 && !parse_number(argv[1], 1, 100, &processes)) ||
        (argc > 2 && !parse_number(argv[2], 1, 100'000, &blocks)))
        bad_usage(kUsage);
    int failed = 0, status;
    for (int i = 0; i < processes; i++) {
        const int pid = fork();
        if (pid < 0) die("fork: %s", strerror(pid));
        if (pid == 0) exit(write_and_check(i, static_cast<int>(blocks)));
    }
    while (wait(&status) > 0) failed += status != 0;
    if (failed) die("%d of %ld processes failed", failed, processes);
    printf("stressfs: %ld files of %ld blocks written and read back\n", processes, blocks);
    return 0;
}
