// stress: many processes that do everything at once, for some seconds; then nothing may be missing.
//
// Each worker does one kind of thing over and over, and checks what it gets. A lost wakeup shows as a worker
// that never ends (Ctrl-P then tells what it waits for), a leak as a difference between `before` and `after`.
#include "abi/socket.h"
#include "lib/types.h"
#include "posix/posix.h"

namespace {

const char kUsage[] =
    "stress [SECONDS [SEED [KIND...]]]    (default: 10 seconds, seed 1, all kinds)\n"
    "  kinds: forks execs pipes ring files memory kills sleeps sockets streams watch";

constexpr u64 kNsPerSecond = 1'000'000'000;
constexpr unsigned long kMbufSize = 2048;

u64 deadline;  // nanouptime at which all stop
u64 random_state;

// xorshift64: Marsaglia, "Xorshift RNGs", 2003.
u64 random_below(u64 n) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % n;
}

// The result of a call that must not fail.
int must(int result, const char* what) {
    if (result < 0) die("%s: %s", what, strerror(result));
    return result;
}

void spin(u64 turns) {
    for (; turns; turns--) asm volatile("");
}

// A child's pid, or 0 in the child. Others use up the processes too: waits for its turn.
int fork_patiently() {
    for (;;) {
        const int pid = fork();
        if (pid >= 0) return pid;
        if (pid != -EAGAIN && pid != -ENOMEM) must(pid, "fork");
        sleep(1);
    }
}

void expect_end(int want) {
    int status;
    must(wait(&status), "wait");
    if (status != want) die("a child ended with status %d instead of %d", status, want);
}

// ---- what the workers do, a round at a time ----

// A family: children with children of their own, some of whom become orphans.
void forks() {
    const int children = 1 + static_cast<int>(random_below(4));
    for (int i = 0; i < children; i++) {
        if (fork_patiently()) continue;
        const bool orphan = i % 2;
        if (fork_patiently() == 0) exit(7);
        if (!orphan) expect_end(7);
        exit(i);
    }
    int sum = 0;
    for (int i = 0; i < children; i++) {
        int status;
        must(wait(&status), "wait");
        sum += status;
    }
    if (sum != children * (children - 1) / 2) die("children's statuses add up to %d", sum);
}

void execs() {
    char name[] = "/stress", option[] = "-x", status[] = "42";
    char* argv[] = {name, option, status, nullptr};
    if (fork_patiently() == 0) exit(exec(name, argv));
    expect_end(42);
}

// One writes, one reads, in pieces of all sizes.
void pipes() {
    static u8 bytes[5000];
    int ends[2];
    must(pipe(ends), "pipe");
    const int total = 1 + static_cast<int>(random_below(30'000));
    if (fork_patiently() == 0) {
        close(ends[0]);
        for (int at = 0; at < total;) {
            int n = 1 + static_cast<int>(random_below(sizeof bytes));
            if (n > total - at) n = total - at;
            for (int i = 0; i < n; i++) bytes[i] = static_cast<u8>((at + i) * 7);
            at += must(write(ends[1], bytes, n), "write to a pipe");
        }
        exit(0);
    }
    close(ends[1]);
    int at = 0;
    for (int n;
         (n = must(read(ends[0], bytes, 1 + static_cast<int>(random_below(sizeof bytes))), "read")) > 0;) {
        for (int i = 0; i < n; i++, at++) {
            if (bytes[i] != static_cast<u8>(at * 7)) die("byte %d of a pipe is wrong", at);
        }
    }
    if (at != total) die("%d of %d bytes came out of a pipe", at, total);
    close(ends[0]);
    expect_end(0);
}

// A token goes round: every hop is a wakeup that must not get lost.
void ring() {
    constexpr int kHops = 4, kTurns = 50;
    int ends[kHops][2];
    for (auto& e : ends) must(pipe(e), "pipe");
    for (int i = 0; i < kHops; i++) {
        if (fork_patiently()) continue;
        u8 token = 0;
        for (int turn = 0; turn < kTurns; turn++) {
            if (read(ends[i][0], &token, 1) != 1) exit(1);
            token++;
            if (write(ends[(i + 1) % kHops][1], &token, 1) != 1) exit(2);
        }
        exit(0);
    }
    const u8 first = 0;
    must(write(ends[0][1], &first, 1), "write");
    for (int i = 0; i < kHops; i++) expect_end(0);
    u8 token = 0;
    if (read(ends[0][0], &token, 1) != 1 || token != kHops * kTurns) die("the token came back as %d", token);
    for (auto& e : ends) close(e[0]), close(e[1]);
}

void files() {
    static u8 block[1500], back[1500];
    char name[16], other[16];
    snprintf(name, sizeof name, "/s%d", getpid());
    snprintf(other, sizeof other, "/t%d", getpid());
    const int blocks = 1 + static_cast<int>(random_below(12));
    for (u8& b : block) b = static_cast<u8>(random_below(256));
    int fd = must(open(name, O_CREATE | O_RDWR), name);
    for (int i = 0; i < blocks; i++) must(write(fd, block, sizeof block), "write to a file");
    close(fd);
    must(link(name, other), "link");
    must(unlink(name), "unlink");
    fd = must(open(other, O_RDONLY), other);
    must(unlink(other), "unlink");  // it lives on while it is open
    int n = 0;
    for (; must(read(fd, back, sizeof back), "read") > 0; n++) {
        if (memcmp(block, back, sizeof block) != 0) die("block %d of a file is wrong", n);
    }
    close(fd);
    if (n != blocks) die("%d of %d blocks came back from a file", n, blocks);
}

void memory() {
    const int pages = 1 + static_cast<int>(random_below(64));
    char* heap = sbrk(pages * 4096);
    if (heap == reinterpret_cast<char*>(-1)) return;  // others have it
    for (int i = 0; i < pages; i++) {
        if (heap[i * 4096]) die("memory from sbrk is not zero");
        heap[i * 4096] = static_cast<char>(i + 1);
    }
    if (fork_patiently() == 0) {
        for (int i = 0; i < pages; i++) {
            if (heap[i * 4096] != static_cast<char>(i + 1)) exit(1);
            heap[i * 4096] = 0;
        }
        exit(0);
    }
    expect_end(0);
    for (int i = 0; i < pages; i++) {
        if (heap[i * 4096] != static_cast<char>(i + 1)) die("a child wrote into its parent's memory");
    }
    sbrk(-pages * 4096);
}

// A child that waits, or does not, in one of many ways is killed at any moment.
void kills() {
    int ends[2];
    must(pipe(ends), "pipe");
    const u64 way = random_below(5);
    const int pid = fork_patiently();
    if (pid == 0) {
        char c;
        if (way == 0) read(ends[0], &c, 1);
        if (way == 1) sleep(1000);
        if (way == 2 && fork_patiently() == 0) exit(sleep(1));
        if (way == 2) wait(nullptr);
        if (way == 3)
            for (;;) getpid();
        for (;;) {
        }
    }
    spin(random_below(200'000));
    must(kill(pid), "kill");
    expect_end(-1);
    close(ends[0]), close(ends[1]);
}

void sleeps() {
    const u64 before = nanouptime();
    must(sleep(1), "sleep");
    if (nanouptime() - before < kNsPerSecond / 10) die("slept too short");
}

// The answers may be lost on the way; what counts is that nobody waits for ever and nothing stays behind.
void sockets() {
    const int echo = pingopen(0x0a000202), udp = connect(0x0a000202, 0, 9);
    if (echo >= 0) {
        static u8 packet[64];
        settimeout(echo, 1 + static_cast<int>(random_below(50)));
        write(echo, packet, sizeof packet);
        read(echo, packet, sizeof packet);
        close(echo);
    }
    if (udp < 0) return;
    for (u64 n = random_below(8); n; n--) write(udp, "to nobody", 9);
    const int pid = fork_patiently();
    if (pid == 0) {
        char c;
        read(udp, &c, 1);  // "port unreachable", or a kill
        exit(-1);
    }
    kill(pid);
    expect_end(-1);
    close(udp);
}

// A stream to a child at 127.0.0.1, whose bytes come back changed; sometimes the child is killed half-way.
[[noreturn]] void answer_stream(int listening) {
    static u8 bytes[3000];
    const int fd = static_cast<int>(raw_accept(listening, nullptr, nullptr, 0));
    for (int n; (n = read(fd, bytes, sizeof bytes)) > 0;) {
        for (int i = 0; i < n; i++) bytes[i] ^= 0x5a;
        for (int at = 0, sent; at < n; at += sent) {
            if ((sent = write(fd, bytes + at, n - at)) <= 0) exit(1);
        }
    }
    exit(0);
}

// True: all came back.
bool exchange(int fd, u8 seed) {
    static u8 out[4000], back[4000];
    const int n = 1 + static_cast<int>(random_below(sizeof out));
    for (int i = 0; i < n; i++) out[i] = static_cast<u8>(i * 3 + seed);
    for (int at = 0, sent; at < n; at += sent) {
        if ((sent = write(fd, out + at, n - at)) <= 0) return false;
    }
    for (int at = 0, got; at < n; at += got) {
        if ((got = read(fd, back + at, n - at)) <= 0) return false;
    }
    for (int i = 0; i < n; i++) {
        if ((back[i] ^ 0x5a) != out[i]) die("byte %d of a stream is wrong", i);
    }
    return true;
}

void streams() {
    const int listening = must(static_cast<int>(raw_socket(AF_INET, SOCK_STREAM, 0)), "socket");
    const int fd = must(static_cast<int>(raw_socket(AF_INET, SOCK_STREAM, 0)), "socket");
    sockaddr_in here{AF_INET, 0, {0x0100'007f}, {}};
    int size = sizeof here;
    must(static_cast<int>(raw_bind(listening, &here, size)), "bind");
    must(static_cast<int>(raw_listen(listening, 1)), "listen");
    must(static_cast<int>(raw_getsockname(listening, &here, &size)), "getsockname");
    const int pid = fork_patiently();
    if (pid == 0) {
        close(fd);  // or the end of the stream would never come
        answer_stream(listening);
    }
    must(static_cast<int>(raw_sockconnect(fd, &here, size)), "connect");
    close(listening);  // so that the stream ends when the child is killed before it has accepted it
    const bool shot = random_below(4) == 0;
    bool whole = true;
    for (u64 rounds = random_below(10); whole && rounds; rounds--) {
        if (shot && rounds == 3) must(kill(pid), "kill");
        whole = exchange(fd, static_cast<u8>(rounds));
    }
    close(fd);
    if (!whole && !shot) die("a stream ended before its time");
    int status;
    must(wait(&status), "wait");
    if (status != 0 && !shot) die("who answered a stream ended with status %d", status);
}

// Looks at everybody, while they come and go.
void watch() {
    static struct procinfo all[NPROC];
    const int n = must(procinfo(all, NPROC), "procinfo");
    for (int i = 0; i < n; i++) {
        if (all[i].bytes > 64u << 20) die("%s has %lu bytes of memory", all[i].name, all[i].bytes);
    }
}

constexpr struct Kind {
    const char* name;
    void (*round)();
    int workers;
} kKinds[] = {
    {"forks", forks, 3},     {"execs", execs, 2},     {"pipes", pipes, 2}, {"ring", ring, 2},
    {"files", files, 3},     {"memory", memory, 2},   {"kills", kills, 3}, {"sleeps", sleeps, 2},
    {"sockets", sockets, 2}, {"streams", streams, 3}, {"watch", watch, 1},
};

// ---- the whole ----

bool wanted(const Kind& kind, int names, char** name) {
    for (int i = 0; i < names; i++) {
        if (strcmp(kind.name, name[i]) == 0) return true;
    }
    return names == 0;
}

// The worker's last word goes to the parent: how many rounds it has made.
struct Report {
    int kind;
    unsigned rounds;
};

[[noreturn]] void work(int kind, u64 seed, int reports) {
    random_state = seed * 0x9e37'79b9'7f4a'7c15 + static_cast<u64>(getpid());
    unsigned rounds = 0;
    for (; nanouptime() < deadline; rounds++) kKinds[kind].round();
    const Report r{kind, rounds};
    must(write(reports, &r, sizeof r), "report");
    exit(0);
}

// Every worker, for so long; how many failed.
int run(u64 seconds, u64 seed, int names, char** name, bool tell) {
    unsigned rounds[sizeof kKinds / sizeof *kKinds] = {};
    int ends[2], started = 0, failed = 0;
    deadline = nanouptime() + seconds * kNsPerSecond;
    must(pipe(ends), "pipe");
    for (int kind = 0; kind < static_cast<int>(sizeof kKinds / sizeof *kKinds); kind++) {
        if (!wanted(kKinds[kind], names, name)) continue;
        for (int i = 0; i < kKinds[kind].workers; i++, started++) {
            if (fork_patiently() == 0) work(kind, seed + static_cast<u64>(started), ends[1]);
        }
    }
    close(ends[1]);
    for (Report r; read(ends[0], &r, sizeof r) == sizeof r;) rounds[r.kind] += r.rounds;
    close(ends[0]);
    for (int status; started > 0; started--) failed += wait(&status) < 0 || status != 0;
    for (usize i = 0; tell && i < sizeof kKinds / sizeof *kKinds; i++) {
        if (rounds[i]) printf("%-8s %8u rounds\n", kKinds[i].name, rounds[i]);
    }
    return failed;
}

struct meminfo settled() {
    struct meminfo now, before;
    must(meminfo(&now), "meminfo");
    for (int quiet = 0, tries = 0; quiet < 5 && tries < 100; tries++) {  // orphans end, packets arrive
        before = now;
        sleep(1);
        meminfo(&now);
        quiet = before.free_bytes == now.free_bytes && before.processes == now.processes ? quiet + 1 : 0;
    }
    return now;
}

int compare(const char* what, unsigned long before, unsigned long after) {
    if (after <= before) return 0;
    complain("%s in use: %lu before, %lu after", what, before, after);
    return 1;
}

// The pool of mbufs keeps what it once had; their number has a bound.
int leaks(const struct meminfo& a, const struct meminfo& b) {
    const auto bytes = [](const struct meminfo& m) {
        return m.total_bytes - m.free_bytes - m.mbufs_total * kMbufSize - m.time_wait_bytes;
    };
    const auto mbufs = [](const struct meminfo& m) {
        return m.mbufs_total - m.mbufs_free - m.mbufs_ring - m.mbufs_fragments;
    };
    return compare("bytes of memory", bytes(a), bytes(b)) + compare("processes", a.processes, b.processes) +
           compare("open files", a.open_files, b.open_files) + compare("sockets", a.sockets, b.sockets) +
           compare("mbufs", mbufs(a), mbufs(b));
}

}  // namespace

int main(int argc, char** argv) {
    long seconds = 10, seed = 1;
    help_if_asked(argc, argv, kUsage);
    if (argc == 3 && strcmp(argv[1], "-x") == 0) return atoi(argv[2]);  // what `execs` runs
    if (argc > 1 && !parse_number(argv[1], 1, 86400, &seconds)) bad_usage(kUsage);
    if (argc > 2 && !parse_number(argv[2], 0, 1'000'000'000, &seed)) bad_usage(kUsage);
    const int names = argc > 3 ? argc - 3 : 0;

    // What the kernel makes once and keeps is made in the first, short run.
    int failed = run(1, static_cast<u64>(seed), names, argv + 3, false);
    const struct meminfo before = settled();
    failed += run(static_cast<u64>(seconds), static_cast<u64>(seed) + 1000, names, argv + 3, true);
    const int leaked = leaks(before, settled());
    if (failed) complain("%d workers failed", failed);
    if (!failed && !leaked) printf("stress: all is well\n");
    return failed || leaked;
}
