/* callbench: the cost of the basic system calls. xv6 compiles it too, so that the two kernels can be compared
 * (docs/xv6.md). Both count time in ticks of 100 ms; each figure takes some of these. Under QEMU's
 * `-icount shift=0` with one hart a nanosecond is one instruction, and waits for the disk are included. */
#include "kernel/fcntl.h"
#include "kernel/stat.h"
#include "kernel/types.h"
#include "user/user.h"

#define TICK_NS 100000000L
#define BLOCK   1024
#define BLOCKS  16 /* they fit in either kernel's buffer cache */

static int ticks = 5;
static char block[BLOCK];
static int there[2], back[2]; /* pipes */

static void fail(const char* what) {
    fprintf(2, "callbench: %s failed\n", what);
    exit(1);
}

static void null_call(void) { getpid(); }

static void fork_only(void) {
    int pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) exit(0);
    wait(0);
}

static void fork_exec(void) {
    char* argv[] = {"callbench", "-x", 0};
    int pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) {
        exec("callbench", argv);
        fail("exec");
    }
    wait(0);
}

/* One process writes a byte to a pipe and reads it back. */
static void pipe_alone(void) {
    if (write(there[1], block, 1) != 1 || read(there[0], block, 1) != 1) fail("a pipe");
}

/* A byte to another process and back. */
static void pipe_trip(void) {
    if (write(there[1], block, 1) != 1 || read(back[0], block, 1) != 1) fail("a pipe");
}

static void start_echo(void) {
    int pid = fork();
    if (pid < 0) fail("fork");
    if (pid > 0) return;
    close(there[1]);
    while (read(there[0], block, 1) == 1) write(back[1], block, 1);
    exit(0);
}

static void write_file(void) {
    int fd = open("callbench.tmp", O_CREATE | O_WRONLY | O_TRUNC);
    if (fd < 0) fail("open");
    for (int i = 0; i < BLOCKS; i++)
        if (write(fd, block, BLOCK) != BLOCK) fail("write");
    close(fd);
}

static void open_and_read(int blocks) {
    int fd = open("callbench.tmp", O_RDONLY);
    if (fd < 0) fail("open");
    for (int i = 0; i < blocks; i++)
        if (read(fd, block, BLOCK) != BLOCK) fail("read");
    close(fd);
}

static void open_close(void) { open_and_read(0); }
static void read_file(void) { open_and_read(BLOCKS); }

/* Nanoseconds per call of f. The time is read once every `batch` calls. */
static long measure(void (*f)(void), int batch) {
    long rounds = 0;
    int start = uptime(), now;
    while (uptime() == start) f(); /* warms up, and starts when a tick begins */
    start = now = uptime();
    for (; now - start < ticks; now = uptime()) {
        for (int i = 0; i < batch; i++) f();
        rounds += batch;
    }
    return (now - start) * TICK_NS / rounds;
}

static long report(const char* name, long ns) {
    printf("%s %d ns\n", name, (int)ns);
    return ns;
}

int main(int argc, char** argv) {
    if (argc > 1 && strcmp(argv[1], "-x") == 0) exit(0);
    const int help = argc == 2 && strcmp(argv[1], "--help") == 0;
    if (help || argc > 2 || (argc == 2 && (ticks = atoi(argv[1])) < 1)) {
        fprintf(help ? 1 : 2,
                "usage: callbench [TICKS]    measures each figure for TICKS of 100 ms (default 5)\n");
        exit(!help);
    }
    if (pipe(there) < 0 || pipe(back) < 0) fail("pipe");
    report("null_call", measure(null_call, 100));
    report("fork_exit_wait", measure(fork_only, 1));
    report("fork_exec_exit_wait", measure(fork_exec, 1));
    const long alone = measure(pipe_alone, 100);
    start_echo();
    const long trip = report("pipe_round_trip", measure(pipe_trip, 20));
    report("context_switch", (trip - 2 * alone) / 2);
    report("write_1k", measure(write_file, 1) / BLOCKS);
    const long opened = report("open_close", measure(open_close, 10));
    report("read_1k", (measure(read_file, 10) - opened) / BLOCKS);
    unlink("callbench.tmp");
    close(there[1]);
    wait(0);
    exit(0);
}
