// sysfuzz: random system calls with random and nearly valid arguments, from several processes at once.
//
// The same seed makes the same calls. Each process is short-lived: it makes up to kCallsOfALife calls in a
// directory of its own, and a timer kills it if a call blocks for ever. Calls and arguments that would end
// the test itself (poweroff, a kill of the shell), or send to other hosts, are not made.
#include "abi/mman.h"
#include "abi/netlist.h"
#include "abi/socket.h"
#include "arguments.h"
#include "netd.h"

namespace {

using namespace sysfuzz;
using enum Kind;

const char kUsage[] =
    "sysfuzz [SEED [CALLS [PROCESSES]]]      makes random system calls\n"
    "  Default: seed 1, 20000 calls each, 4 processes. The same seed makes the same calls.";

constexpr int kCallsOfALife = 300;
constexpr int kLifeTicks = 1;

Draw draw(1);

// The kinds of each call's arguments, by number; those that a call does not have are Anything.
constexpr int kArguments = 6;
constexpr Kind kKinds[kCallsEnd][kArguments] = {
    {},
#define SYSCALL(number, name, ...) {__VA_ARGS__},
#include "abi/syscalls.def"
#undef SYSCALL
};

bool is_harmless(long number) {
    // sigreturn() would continue at any address in the program; damaged frames are tested by handlers.
    return number != kCall_poweroff && number != kCall_sigreturn &&
           (number != kCall_exit || draw.below(50) == 0) && (number != kCall_fork || draw.below(10) == 0) &&
           ((number != kCall_exec && number != kCall_execve) || draw.below(10) == 0);
}

void make_a_call() {
    const long number = draw.below(50) ? 1 + static_cast<long>(draw.below(kCallsEnd - 1))
                                       : random_argument(draw, Kind::Anything);
    if (!is_harmless(number)) return;
    const bool known = number > 0 && number < kCallsEnd;
    long a[kArguments];
    for (int i = 0; i < kArguments; i++) a[i] = random_argument(draw, kKinds[known ? number : 0][i]);
    const long result = call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (number == kCall_mmap && result > 0) remember_mapping(result);
    if (number == kCall_fork && result == 0) {  // a child makes a few more calls, but no fork()
        static char text[100];
        const long left = static_cast<long>(draw.below(10));
        for (long i = 0; i < left; i++) {
            close(static_cast<int>(draw.below(12)));
            write(static_cast<int>(draw.below(12)), text, sizeof text);
        }
        exit(0);
    }
}

// A listener, both ends of a stream, and a datagram socket, all at 127.0.0.1, where the processes meet.
void open_sockets(int who) {
    const auto port = static_cast<unsigned short>((7000 + who % 4) % 256 * 256 + (7000 + who % 4) / 256);
    const sockaddr_in here{AF_INET, port, {0x0100'007f}, {}};
    const long at = reinterpret_cast<long>(&here), size = sizeof here, yes = reinterpret_cast<long>(&size);
    const long listening = call(kCall_socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    call(kCall_setsockopt, listening, SOL_SOCKET, SO_REUSEADDR, yes, sizeof(int));
    call(kCall_bind, listening, at, size);
    call(kCall_listen, listening, 3);
    const long client = call(kCall_socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    call(kCall_sockconnect, client, at, size);
    call(kCall_accept, listening);
    call(kCall_bind, call(kCall_socket, AF_INET, SOCK_DGRAM), at, size);
}

// A packet channel, mapped. It has no port, so it cannot send to other hosts. The connection to netd stays.
bool open_channel() {
    constexpr netd_size kSmall{0, 16, 32};
    constexpr long kPages = 3 + 16;  // for 32 buffers
    int channel = -1;
    if (netd_open_channel(&channel, &kSmall) != NETD_OK) return false;
    const long at = call(kCall_mmap, 0, kPages * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, channel, 0);
    if (at <= 0) return false;
    remember_mapping(at);
    return true;
}

// Replaces the console by files, so that nothing is printed or read there. In every second process all
// descriptors are non-blocking: such a process makes more calls, because none blocks for ever.
void take_the_stage(int who) {
    char folder[16];
    snprintf(folder, sizeof folder, "/fuzz%d", who);
    mkdir(folder);
    chdir(folder);
    for (int fd = 0; fd < NOFILE; fd++) close(fd);
    for (int fd = 0; fd < 3; fd++) open("out", O_CREATE | O_RDWR);
    open_channel();
    int ends[2];
    static char text[3000];
    if (pipe(ends) == 0) write(ends[1], text, sizeof text);  // so that a read does not block
    settimeout(pingopen(0x0a00'0202), 20);
    open_sockets(who);
    open("/dev/vsock", O_RDONLY);
    const long flags = draw.below(2) ? O_NONBLOCK : 0;
    for (int fd = 0; fd < 14; fd++) call(kCall_fcntl, fd, F_SETFL, flags);
}

[[noreturn]] void live(u64 seed, int who) {
    draw = Draw(seed);
    bad_addresses();
    take_the_stage(who);
    fill_area(draw);
    for (int i = 0; i < kCallsOfALife; i++) make_a_call();
    exit(0);
}

// One process after the other; one that takes too long is killed.
[[noreturn]] void run(u64 seed, int who, long calls) {
    for (long life = 0; life * kCallsOfALife < calls; life++) {
        const int pid = fork();
        if (pid == 0) live(seed * 1'000'003 + static_cast<u64>(life), who);
        const int timer = pid > 0 ? fork() : -1;
        if (timer == 0) {
            sleep(kLifeTicks);
            kill(pid);
            exit(0);
        }
        if (pid < 0 || timer < 0) {  // other processes have used up what fork() needs
            if (pid > 0) kill(pid);
            sleep(1);
        }
        while (pid > 0 && wait(nullptr) != pid) continue;
        if (timer > 0) kill(timer);
        while (wait(nullptr) > 0) continue;
        kill_stragglers();  // a writer to a pipe that nobody reads would block for ever
    }
    exit(0);
}

void remove_routes() {
    for (u32 i = 0; i < 4; i++) {
        for (unsigned short bits = 26; bits <= 32; bits++) {
            for (const char* interface : {"eth0", "lo"}) {
                route_entry r{0xc000'0200 + i * 64, 0, bits, 0, {}};
                strcpy(r.interface, interface);
                call(kCall_setroute, ROUTE_DELETE, reinterpret_cast<long>(&r));
            }
        }
    }
}

void clean_up(int who) {
    char folder[16];
    snprintf(folder, sizeof folder, "/fuzz%d", who);
    remove_tree(folder);
    for (const char* name : {"a", "b", "d", "s", "t", "u"})
        remove_tree(name);  // processes that changed to .. made them here
    remove_routes();
}

// Its filter, a page, stays until another call replaces it.
void stop_dump() { pktdump(PKTDUMP_OFF, nullptr); }

bool can_map_channels() {
    const int pid = fork();
    if (pid == 0) exit(open_channel());
    return pid > 0 && end_of(pid) == 1;
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    long seed = 1, calls = 20'000, processes = 4;
    if (argc > 4 || (argc > 1 && !parse_number(argv[1], 0, 1l << 40, &seed)) ||
        (argc > 2 && !parse_number(argv[2], 1, 1l << 40, &calls)) ||
        (argc > 3 && !parse_number(argv[3], 1, 16, &processes)))
        bad_usage(kUsage);
    stop_dump();
    const Usage before = usage();
    const char* const channels = can_map_channels() ? "with" : "without";
    for (int i = 0; i < processes; i++) {
        const int pid = fork();
        if (pid == 0) run(static_cast<u64>(seed * 100 + i), i, calls);
        if (pid < 0) die("fork: %s", strerror(pid));
    }
    while (wait(nullptr) > 0) continue;
    kill_stragglers();
    for (int i = 0; i < processes; i++) clean_up(i);
    stop_dump();
    if (!nothing_lost(before)) die("seed %ld: %s", seed, remark);
    printf("sysfuzz: seed %ld: %ld processes of %ld calls %s mapped channels, nothing lost\n", seed,
           processes, calls, channels);
    return 0;
}
