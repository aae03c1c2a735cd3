#include "usertests/arguments.h"

#include "abi/ioctl.h"
#include "abi/netlist.h"
#include "abi/poll.h"
#include "abi/socket.h"
#include "abi/vm_sockets.h"

namespace usertests {
namespace {

constexpr int kIntMin = -2147483647 - 1, kIntMax = 2147483647;

char area[8192];

long number_of(const void* p) { return reinterpret_cast<long>(p); }

template <class T, unsigned n>
T one_of(Draw& draw, const T (&from)[n]) {
    return from[draw.below(n)];
}

const char* path(Draw& draw) {
    static const char* const kPaths[] = {"a", "b",  "d",  "d/a", "d/b", "d/../a", "d/d",     "d/d/x",
                                         ".", "..", "d/", "",    "/",   "//.",    "no/such", "a/b"};
    static char long_path[200];
    memset(long_path, 'x', sizeof long_path - 1);
    return draw.below(17) ? one_of(draw, kPaths) : long_path;
}

// The last bytes of the heap, the program's text, or an invalid address.
long bad_pointer(Draw& draw) {
    switch (draw.below(4)) {
        case 0: return number_of(sbrk(0)) - static_cast<long>(draw.below(64));
        case 1: return number_of(reinterpret_cast<const void*>(&bad_pointer));
        default: return static_cast<long>(bad_addresses()[draw.below(kBadAddresses)].at);
    }
}

long buffer(Draw& draw) { return number_of(area + draw.below(sizeof area)); }

long vector(Draw& draw) {
    static char* words[MAXARG + 8];
    for (char*& word : words) word = draw.below(30) ? area + draw.below(sizeof area) : nullptr;
    if (draw.below(8) == 0)
        words[draw.below(3)] = static_cast<char*>(pointer(static_cast<unsigned long>(bad_pointer(draw))));
    area[sizeof area - 1] = '\0';
    return number_of(words);
}

long small_number(Draw& draw) { return static_cast<long>(draw.below(40)) - 3; }

long length(Draw& draw) {
    constexpr long kLengths[] = {0,    1,    2,      511, 512,     1024,    1472,    4095,
                                 4096, 8192, 65'536, -1,  kIntMin, kIntMax, 1l << 32};
    return draw.below(2) ? one_of(draw, kLengths) : small_number(draw);
}

long anything(Draw& draw) {
    switch (draw.below(4)) {
        case 0: return static_cast<long>(draw.next());
        case 1: return bad_pointer(draw);
        case 2: return length(draw);
        default: return small_number(draw);
    }
}

// Only the process itself, or pids that do not exist: the shell and init must survive.
long pid_to_kill(Draw& draw) {
    constexpr long kNobody[] = {0, -1, kIntMin, kIntMax, 1l << 31};
    return draw.below(20) ? one_of(draw, kNobody) : getpid();
}

long program(Draw& draw) {
    static const char* const kPrograms[] = {"/echo", "/wc", "a", "d", "/README", "/"};
    return number_of(one_of(draw, kPrograms));
}

// ---- the network ----

// The gateway, our own address, an unused one, and invalid ones. Never the address of another host.
constexpr unsigned kGateway = 0x0a00'0202;
unsigned address(Draw& draw) {
    constexpr unsigned kAddresses[] = {kGateway, 0x0a00'020f, 0x0a00'024d, 0x7f00'0001, 0,
                                       ~0u,      0xe000'0001, 0x0a00'02ff, 0x7fff'ffff};
    return one_of(draw, kAddresses);
}

unsigned short big_endian(unsigned n) {
    return static_cast<unsigned short>((n & 0xff) << 8 | (n >> 8 & 0xff));
}
unsigned big_endian_word(unsigned n) { return big_endian(n) * 65536u | big_endian(n >> 16); }

// Few ports, so that sockets meet. At the host only port 9, where nobody listens.
long socket_address(Draw& draw) {
    constexpr unsigned kPorts[] = {0, 7000, 7000, 7001, 7002, 7003, 65535};
    static sockaddr_in in;
    const unsigned to = draw.below(2) ? 0x7f00'0001 : address(draw);
    const unsigned port = to == kGateway ? 9 : one_of(draw, kPorts);
    in = {AF_INET, big_endian(port), {big_endian_word(to)}, {}};
    if (draw.below(10) == 0)
        in.sin_family = static_cast<unsigned short>(draw.below(3) ? draw.below(4) : draw.next());
    return number_of(&in);
}

long where_a_length_is(Draw& draw) {
    constexpr int kLengths[] = {16, 16, 16, 4, 8, 0, 1, 128, 1000, -1, kIntMin, kIntMax};
    static int n;
    n = one_of(draw, kLengths);
    return number_of(&n);
}

long option_value(Draw& draw) {
    static union {
        int number;
        struct linger linger;
        sock_timeval time;
        char text[16];
    } value;
    switch (draw.below(6)) {
        case 0: value.linger = {1, static_cast<int>(draw.below(3))}; break;
        case 1: value.time = {0, draw.below(20'000)}; break;
        case 2: strcpy(value.text, draw.below(2) ? "cubic" : "newreno"); break;
        case 3: value.number = static_cast<int>(draw.next()); break;
        case 4: value.number = static_cast<int>(draw.below(5000)); break;
        default: value.number = static_cast<int>(draw.below(4)) - 1;
    }
    return number_of(&value);
}

long poll_set(Draw& draw) {
    static pollfd fds[NOFILE + 8];
    for (pollfd& p : fds)
        p = {static_cast<int>(draw.below(16)) - 2,
             static_cast<short>(draw.below(4) ? draw.below(8) : draw.next()), 0};
    return number_of(fds);
}

// To a network reserved for documentation (RFC 5737), through a gateway that may be invalid.
long route(Draw& draw) {
    static route_entry r;
    r = {0xc000'0200 + draw.below(4) * 64,
         draw.below(2) ? 0 : address(draw),
         static_cast<unsigned short>(26 + draw.below(9)),
         static_cast<unsigned short>(draw.below(3)),
         {}};
    static const char* const kInterfaces[] = {"eth0", "lo", "", "none", "eth0eth"};
    strcpy(r.interface, one_of(draw, kInterfaces));
    return number_of(&r);
}

long of_the_network(Draw& draw, Kind kind) {
    constexpr long kTypes[] = {
        SOCK_STREAM, SOCK_STREAM, SOCK_DGRAM, SOCK_STREAM | SOCK_NONBLOCK, SOCK_DGRAM | SOCK_NONBLOCK,
        SOCK_RAW,    0,           -1};
    constexpr long kProtocols[] = {0, 0, 0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, 255, -1};
    constexpr long kLevels[] = {SOL_SOCKET, SOL_SOCKET, IPPROTO_TCP, IPPROTO_TCP, IPPROTO_IP, 41, -1};
    constexpr long kFlags[] = {0,         0, MSG_DONTWAIT, MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL, MSG_OOB,
                               MSG_TRUNC, -1};
    constexpr long kRequests[] = {FIONREAD, FIONBIO, TIOCGPGRP, TIOCSPGRP, IOCTL_VM_SOCKETS_GET_LOCAL_CID};
    constexpr long kAddressLengths[] = {16, 16, 16, 16, 2, 1, 0, 15, 17, 128, 129, -1, kIntMax};
    switch (kind) {
        case Kind::Family: return draw.below(10) ? AF_INET : small_number(draw);
        case Kind::SocketType: return one_of(draw, kTypes);
        case Kind::Protocol: return one_of(draw, kProtocols);
        case Kind::AddressLength: return one_of(draw, kAddressLengths);
        case Kind::MsgFlags: return one_of(draw, kFlags);
        case Kind::ShutdownHow: return static_cast<long>(draw.below(5)) - 1;
        case Kind::OptionLevel: return one_of(draw, kLevels);
        case Kind::OptionName: return draw.below(10) ? draw.below(40) : anything(draw);
        case Kind::PollCount: return draw.below(8) ? draw.below(NOFILE) : length(draw);
        case Kind::Milliseconds: return draw.below(10) ? draw.below(8) : -1;
        case Kind::FcntlCommand: return draw.below(6);
        case Kind::IoctlRequest: return draw.below(8) ? one_of(draw, kRequests) : anything(draw);
        case Kind::Nanoseconds:
            return draw.below(8) ? draw.below(3'000'000) : -1 - static_cast<long>(draw.below(3));
        case Kind::ListKind: return draw.below(7);
        case Kind::RouteAction: return draw.below(4);
        default: break;
    }
    if (draw.below(8) == 0) return draw.below(3) ? bad_pointer(draw) : buffer(draw);
    switch (kind) {
        case Kind::SocketAddress: return draw.below(8) ? socket_address(draw) : 0;
        case Kind::LengthPointer: return where_a_length_is(draw);
        case Kind::IntPointer:
        case Kind::OptionValue: return option_value(draw);
        case Kind::PollSet: return poll_set(draw);
        case Kind::Route: return route(draw);
        default: return anything(draw);
    }
}

}  // namespace

long random_argument(Draw& draw, Kind kind) {
    // Not the console: random bytes would be printed, and input from the keyboard would be lost.
    constexpr long kMajors[] = {0, 2, 9, 10, 65'535, -1};
    constexpr long kBytes[] = {0, 1, 4096, 100'000, -1, -4096, -100'000, 1 << 26, kIntMax, kIntMin};
    switch (kind) {
        case Kind::Fd: return draw.below(10) ? static_cast<long>(draw.below(12)) : small_number(draw);
        case Kind::Buffer: return draw.below(6) ? buffer(draw) : bad_pointer(draw);
        case Kind::Length: return draw.below(6) ? length(draw) : anything(draw);
        case Kind::Path: return draw.below(8) ? number_of(path(draw)) : bad_pointer(draw);
        case Kind::Program: return draw.below(8) ? program(draw) : bad_pointer(draw);
        case Kind::Argv: return draw.below(8) ? vector(draw) : bad_pointer(draw);
        case Kind::Number: return draw.below(8) ? small_number(draw) : anything(draw);
        case Kind::Ipv4: return address(draw);
        case Kind::Pid: return pid_to_kill(draw);
        case Kind::DumpMode: return draw.below(2) ? -1 : 77;
        case Kind::Major: return one_of(draw, kMajors);
        case Kind::BreakChange: return draw.below(10) ? one_of(draw, kBytes) : small_number(draw);
        case Kind::Ticks: return draw.below(30) ? -static_cast<long>(draw.below(2)) : 1;
        default: return of_the_network(draw, kind);
    }
}

void fill_area(Draw& draw) {
    for (char& c : area) c = static_cast<char>(draw.below(8) ? 'a' + draw.below(26) : draw.next());
}

}  // namespace usertests
