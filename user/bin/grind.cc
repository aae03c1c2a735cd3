// grind: several processes make common system calls in random order: they create, write, link and remove
// files and directories, fork, exec, use pipes, grow and shrink, kill each other. Some calls fail, as they
// should. The test checks that results are plausible, that every process ends, and that no resource is lost.
#include "suite/draw.h"
#include "suite/kit.h"
#include "suite/usage.h"

namespace {

using namespace suite;

const char kUsage[] =
    "grind [SEED [ROUNDS [PROCESSES]]]      makes random file and process calls\n"
    "  Default: seed 1, 1000 rounds each, 3 processes. The same seed makes the same calls.";

const char* const kNames[] = {"a", "b", "c", "d", "d/a", "d/b", "d/../c", "../grind.d/a"};
Draw draw(1);
int open_file = -1;

const char* name() { return kNames[draw.below(sizeof kNames / sizeof kNames[0])]; }

void must(bool good, const char* what, int got) {
    if (!good) die("%s returned %d: %s", what, got, strerror(got));
}

// ---- one step each ----

void open_one() {
    if (open_file >= 0) close(open_file);
    open_file = open(name(), O_CREATE | O_RDWR | (draw.below(4) ? 0 : O_TRUNC));
    must(open_file >= 0 || open_file == -EISDIR || open_file == -ENOENT || open_file == -ENOTDIR, "open()",
         open_file);
}

void write_some() {
    static char bytes[3000];
    const int n = static_cast<int>(draw.below(sizeof bytes));
    const int written = write(open_file, bytes, n);
    // EINVAL: another process has truncated the file below our offset, and a write behind its end fails.
    must(written == n || written == -EBADF || written == -EINVAL, "write()", written);
}

void read_some() {
    static char bytes[3000];
    const int n = read(open_file, bytes, static_cast<int>(draw.below(sizeof bytes)));
    must(n >= 0 || n == -EBADF, "read()", n);
}

void look() {
    struct stat st;
    if (stat(name(), &st) < 0) return;
    must(st.type == T_FILE || st.type == T_DIR, "the type of a file", st.type);
    must(st.nlink >= 0, "the link count of a file", st.nlink);
}

void link_one() { link(name(), name()); }
void unlink_one() { unlink(name()); }
void make_folder() { mkdir("d"); }
void remove_folder() { unlink("d"); }

void change_folder() {
    if (chdir("d") == 0) chdir("/grind.d");
}

void fork_one() {
    const int pid = fork();
    must(pid >= 0 || pid == -EAGAIN || pid == -ENOMEM, "fork()", pid);
    if (pid == 0) exit(static_cast<int>(draw.below(50)));
    if (pid > 0) {
        const int status = end_of(pid);
        must(status >= 0 && status < 50, "a child's status", status);
    }
}

void kill_one() {
    const int pid = fork();
    if (pid == 0) {
        while (draw.below(1000)) getpid();
        sleep(100);
        exit(0);
    }
    if (pid < 0) return;
    if (draw.below(2)) sleep(0);
    kill(pid);
    must(end_of(pid) == kKilled, "kill()", 0);
}

void grow_and_shrink() {
    char* end = sbrk(0);
    char* at = draw.below(2) ? sbrk(10'000) : sbrklazy(1 << 22);
    if (at == reinterpret_cast<char*>(-1l)) return;
    must(at == end, "sbrk()", 0);
    at[5000] = 1;
    must(at[6000] == 0, "new memory", at[6000]);
    sbrk(static_cast<int>(end - sbrk(0)));
}

// Two processes with a pipe between them, as the shell makes them.
void talk() {
    Pipe pipe;
    const int pid = pipe.ok() ? fork() : -1;
    if (pid == 0) {
        close(1);
        dup(pipe.writer());
        pipe.close_both();
        char path[] = "/echo", word[] = "hello";
        char* argv[] = {path, word, nullptr};
        exit(exec(path, argv));
    }
    if (pid < 0) return;
    pipe.close_writer();
    char text[16] = {};
    int n = 0;
    for (int got; (got = read(pipe.reader(), text + n, static_cast<int>(sizeof text) - n)) > 0;) n += got;
    const int status = end_of(pid);
    must(status == -ENOMEM || (status == 0 && strcmp(text, "hello\n") == 0), "echo", status);
}

using Step = void (*)();
constexpr Step kSteps[] = {open_one,      write_some, write_some, read_some,       look,
                           link_one,      unlink_one, unlink_one, make_folder,     remove_folder,
                           change_folder, fork_one,   kill_one,   grow_and_shrink, talk};

[[noreturn]] void run(u64 seed, long rounds) {
    draw = Draw(seed);
    for (long i = 0; i < rounds; i++) kSteps[draw.below(sizeof kSteps / sizeof kSteps[0])]();
    exit(0);
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    long seed = 1, rounds = 1000, processes = 3;
    if (argc > 4 || (argc > 1 && !parse_number(argv[1], 0, 1l << 40, &seed)) ||
        (argc > 2 && !parse_number(argv[2], 1, 1l << 30, &rounds)) ||
        (argc > 3 && !parse_number(argv[3], 1, 50, &processes)))
        bad_usage(kUsage);
    mkdir("/grind.d");
    if (chdir("/grind.d") < 0) die("cannot make the directory /grind.d");
    const Usage before = usage();
    for (long i = 0; i < processes; i++) {
        const int pid = fork();
        if (pid == 0) run(static_cast<u64>(seed * 1000 + i), rounds);
        if (pid < 0) die("fork: %s", strerror(pid));
    }
    int failed = 0, status;
    while (wait(&status) > 0) failed += status != 0;
    for (const char* left : {"d/a", "d/b", "a", "b", "c", "d"}) unlink(left);
    chdir("/");
    if (const int result = unlink("/grind.d"); result < 0)
        die("cannot remove /grind.d: %s", strerror(result));
    if (failed) die("%d of %ld processes failed", failed, processes);
    if (!nothing_lost(before)) die("%s", remark);
    printf("grind: seed %ld: %ld processes of %ld rounds\n", seed, processes, rounds);
    return 0;
}
