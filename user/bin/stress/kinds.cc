// The kinds of work: each performs one kind of operation, and dies if a result is wrong.
#include "abi/socket.h"
#include "abi/wait.h"
#include "kit.h"

#include "signal.h"  // behind user.h, whose kill() is another one
#include "sys/time.h"

namespace stress {
namespace {

// Children with children of their own, some of which become orphans.
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

// One process writes and one reads, in pieces of random sizes.
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

// A token is passed round a ring of pipes: each hop is a wakeup that must not be lost.
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
    must(unlink(other), "unlink");  // the file exists while it is open
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
    if (heap == reinterpret_cast<char*>(-1)) return;  // other workers have the memory
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

// A child that blocks in one of many ways, or computes, is killed at a random moment.
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

volatile int handled;
void count(int) { handled = handled + 1; }

// A child gets signals, stops and continues while it makes calls that signals interrupt; none may be lost.
void signals() {
    int ends[2];
    must(pipe(ends), "pipe");
    struct sigaction action {};
    action.sa_handler = count;
    action.sa_flags = random_below(2) ? SA_RESTART : 0;
    const int pid = fork_patiently();
    if (pid == 0) {
        const itimerval often{{0, 1500}, {0, 700}}, never{};
        char c = 0;
        sigaction(SIGUSR1, &action, nullptr);
        sigaction(SIGALRM, &action, nullptr);
        if (random_below(2)) setitimer(ITIMER_REAL, &often, nullptr);
        must(write(ends[1], &c, 1), "write");
        while (handled < 3) raw_nanosleep(1'000'000);
        setitimer(ITIMER_REAL, &never, nullptr);
        exit(0);
    }
    char ready;
    must(read(ends[0], &ready, 1), "read");
    int how = 0;
    while (waitpid(pid, &how, WNOHANG) == 0) {
        for (const int n : {SIGUSR1, SIGSTOP, SIGCONT}) sigsend(pid, n);
        spin(random_below(20'000));
    }
    if (how != 0) die("a child with signals ended with the wait status %#x", how);
    close(ends[0]), close(ends[1]);
}

void sleeps() {
    const u64 before = nanouptime();
    must(sleep(1), "sleep");
    if (nanouptime() - before < kNsPerSecond / 10) die("slept too short");
}

// Answers may be lost; the test checks that no read blocks for ever and that nothing is leaked.
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

// A stream to a child at 127.0.0.1, which sends each byte back changed; sometimes the child is killed
// half-way.
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

// True: all bytes came back.
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
        close(fd);  // otherwise the stream would never end
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
    if (!whole && !shot) die("a stream ended early");
    int status;
    must(wait(&status), "wait");
    if (status != 0 && !shot) die("the child that answers a stream ended with status %d", status);
}

// Lists all processes while they start and end.
void watch() {
    static struct procinfo all[NPROC];
    const int n = must(procinfo(all, NPROC), "procinfo");
    for (int i = 0; i < n; i++) {
        if (all[i].bytes > 64u << 20) die("%s has %lu bytes of memory", all[i].name, all[i].bytes);
    }
}

constexpr Kind kKinds[] = {
    {"forks", forks, 3},     {"execs", execs, 2},     {"pipes", pipes, 2}, {"ring", ring, 2},
    {"files", files, 3},     {"memory", memory, 2},   {"kills", kills, 3}, {"sleeps", sleeps, 2},
    {"sockets", sockets, 2}, {"streams", streams, 3}, {"watch", watch, 1}, {"signals", signals, 3},
};
static_assert(sizeof kKinds / sizeof *kKinds <= kMostKinds);

}  // namespace

std::span<const Kind> kinds() { return kKinds; }

}  // namespace stress
