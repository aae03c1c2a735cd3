#include "arguments.h"

#include "abi/channel.h"
#include "abi/fcntl.h"
#include "abi/if.h"
#include "abi/ioctl.h"
#include "abi/mman.h"
#include "abi/netlist.h"
#include "abi/poll.h"
#include "abi/socket.h"
#include "abi/un.h"
#include "abi/vm_sockets.h"

namespace sysfuzz {
namespace {

constexpr int kIntMin = -2147483647 - 1, kIntMax = 2147483647;

char area[8192];
long mapping = 0;  // 0: none

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

long buffer(Draw& draw) {
    if (mapping && draw.below(8) == 0) return mapping + static_cast<long>(draw.below(20'000));
    return number_of(area + draw.below(sizeof area));
}

long page_of_mapping(Draw& draw) { return mapping + static_cast<long>(draw.below(5)) * 4096; }

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

long offset(Draw& draw) {
    constexpr long kOffsets[] = {0,       1,           1023,        1024,          9000,     300'000,
                                 1 << 26, 67'379'200l, 67'379'199l, kIntMax,       1l << 32, -1,
                                 -1024,   kIntMin,     ~0ul >> 1,   -1l << 62 << 1};
    return draw.below(2) ? one_of(draw, kOffsets) : static_cast<long>(draw.below(20'000));
}

long open_flags(Draw& draw) {
    constexpr long kFlags[] = {O_WRONLY,   O_RDWR,   O_EXCL,      O_CREATE,  O_CREATE, O_TRUNC,
                               O_NONBLOCK, O_APPEND, O_DIRECTORY, O_CLOEXEC, O_PATH,   O_MODE};
    long flags = 0;
    for (unsigned long n = draw.below(4); n > 0; n--) flags |= one_of(draw, kFlags);
    return flags;
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

// Paths of few sockets, in the current directory.
long local_address(Draw& draw) {
    static sockaddr_un un;
    static const char* const kPaths[] = {"s", "t", "u", "d", "d/s", "a", "no/such", ""};
    un = {AF_UNIX, {}};
    if (draw.below(20) == 0)
        memset(un.sun_path, 'x', sizeof un.sun_path);
    else
        strcpy(un.sun_path, one_of(draw, kPaths));
    return number_of(&un);
}

long vector_of_ranges(Draw& draw) {
    static iovec ranges[UIO_MAXIOV + 8];
    for (iovec& r : ranges) {
        r.iov_base = pointer(static_cast<unsigned long>(draw.below(9) ? buffer(draw) : bad_pointer(draw)));
        r.iov_len = static_cast<unsigned long>(draw.below(9) ? draw.below(300) : length(draw));
    }
    return number_of(ranges);
}

// Control data: descriptors, mostly.
void fill_control(Draw& draw, char* control, unsigned long size) {
    for (unsigned long at = 0; at + sizeof(cmsghdr) + 16 <= size; at += sizeof(cmsghdr) + 16) {
        cmsghdr h{sizeof(cmsghdr) + draw.below(20), SOL_SOCKET, SCM_RIGHTS};
        if (draw.below(9) == 0) h.cmsg_len = draw.next();
        if (draw.below(9) == 0) h.cmsg_type = static_cast<int>(draw.below(4));
        if (draw.below(9) == 0) h.cmsg_level = static_cast<int>(draw.below(4));
        memcpy(control + at, &h, sizeof h);
        for (int i = 0; i < 4; i++) {
            const int fd = static_cast<int>(draw.below(14)) - 1;
            memcpy(control + at + sizeof h + static_cast<unsigned>(i) * sizeof fd, &fd, sizeof fd);
        }
    }
}

long message(Draw& draw) {
    static msghdr m;
    alignas(8) static char control[256];
    fill_control(draw, control, sizeof control);
    m = {};
    if (draw.below(3) == 0) m.msg_name = pointer(static_cast<unsigned long>(local_address(draw)));
    m.msg_namelen = draw.below(9) ? sizeof(sockaddr_un) : static_cast<unsigned>(length(draw));
    m.msg_iov = static_cast<iovec*>(
        pointer(static_cast<unsigned long>(draw.below(9) ? vector_of_ranges(draw) : bad_pointer(draw))));
    m.msg_iovlen = draw.below(9) ? draw.below(5) : static_cast<unsigned long>(length(draw));
    if (draw.below(2)) m.msg_control = control;
    if (draw.below(12) == 0) m.msg_control = pointer(static_cast<unsigned long>(bad_pointer(draw)));
    m.msg_controllen = draw.below(9) ? draw.below(sizeof control) : static_cast<unsigned long>(length(draw));
    return number_of(&m);
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

// Instructions of the packet filter, often valid ones.
long filter_program(Draw& draw) {
    static bpf_insn code[8];
    static bpf_program program;
    for (bpf_insn& i : code) {
        i = {static_cast<unsigned short>(draw.below(0xb2)), static_cast<unsigned char>(draw.below(3)),
             static_cast<unsigned char>(draw.below(3)), draw.below(20)};
        if (draw.below(2)) i = {BPF_RET | BPF_K, 0, 0, draw.below(2)};
    }
    program = {draw.below(8) ? draw.below(10) : static_cast<unsigned>(draw.next()), code};
    if (draw.below(8) == 0) program.bf_insns = reinterpret_cast<const bpf_insn*>(bad_pointer(draw));
    return number_of(&program);
}

long of_the_network(Draw& draw, Kind kind) {
    constexpr long kTypes[] = {SOCK_STREAM,
                               SOCK_STREAM,
                               SOCK_DGRAM,
                               SOCK_STREAM | SOCK_NONBLOCK,
                               SOCK_DGRAM | SOCK_NONBLOCK,
                               SOCK_RAW,
                               0,
                               -1,
                               SOCK_SEQPACKET,
                               SOCK_STREAM | SOCK_CLOEXEC};
    constexpr long kProtocols[] = {0, 0, 0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, 255, -1};
    constexpr long kLevels[] = {SOL_SOCKET, SOL_SOCKET, IPPROTO_TCP, IPPROTO_TCP, IPPROTO_IP, 41, -1};
    constexpr long kFlags[] = {0,         0, MSG_DONTWAIT, MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL, MSG_OOB,
                               MSG_TRUNC, -1};
    constexpr long kRequests[] = {
        FIONREAD,    FIONBIO,      TIOCGPGRP,   TIOCSPGRP,    IOCTL_VM_SOCKETS_GET_LOCAL_CID,
        TCGETS,      TCSBRK,       TCFLSH,      TIOCGWINSZ,   TIOCSWINSZ,
        SIOCGIFADDR, SIOCSIFFLAGS, SIOCAIFADDR, CHANNEL_INFO, CHANNEL_SIGNAL};
    constexpr long kAddressLengths[] = {16, 16, 16, 16, 110, 110, 2, 1, 0, 15, 17, 128, 129, -1, kIntMax};
    switch (kind) {
        case Kind::Family: return draw.below(10) ? draw.below(2) ? AF_INET : AF_UNIX : small_number(draw);
        case Kind::VectorCount: return draw.below(8) ? draw.below(6) : length(draw);
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
        case Kind::SocketAddress:
            return draw.below(8) ? draw.below(2) ? socket_address(draw) : local_address(draw) : 0;
        case Kind::Message: return message(draw);
        case Kind::Vector: return vector_of_ranges(draw);
        case Kind::LengthPointer: return where_a_length_is(draw);
        case Kind::IntPointer:
        case Kind::OptionValue: return option_value(draw);
        case Kind::PollSet: return poll_set(draw);
        case Kind::Route: return route(draw);
        case Kind::FilterProgram: return draw.below(4) ? filter_program(draw) : 0;
        default: return anything(draw);
    }
}

}  // namespace

long random_argument(Draw& draw, Kind kind) {
    // Not the console: random bytes would be printed, and input from the keyboard would be lost.
    constexpr long kMajors[] = {0, 2, 9, 10, 65'535, -1};
    constexpr long kBytes[] = {0, 1, 4096, 100'000, -1, -4096, -100'000, 1 << 26, kIntMax, kIntMin};
    switch (kind) {
        case Kind::Fd: return draw.below(10) ? static_cast<long>(draw.below(14)) : small_number(draw);
        case Kind::Buffer: return draw.below(6) ? buffer(draw) : bad_pointer(draw);
        case Kind::Length: return draw.below(6) ? length(draw) : anything(draw);
        case Kind::OpenFlags: return draw.below(8) ? open_flags(draw) : length(draw);
        case Kind::Offset: return offset(draw);
        case Kind::Whence: return draw.below(8) ? static_cast<long>(draw.below(3)) : small_number(draw);
        case Kind::FileType: return static_cast<long>(draw.below(4));
        case Kind::Path: return draw.below(8) ? number_of(path(draw)) : bad_pointer(draw);
        case Kind::Program: return draw.below(8) ? program(draw) : bad_pointer(draw);
        case Kind::Argv: return draw.below(8) ? vector(draw) : bad_pointer(draw);
        case Kind::Number: return draw.below(8) ? small_number(draw) : anything(draw);
        case Kind::Ipv4: return address(draw);
        case Kind::Pid: return pid_to_kill(draw);
        case Kind::DumpMode: return draw.below(8) ? static_cast<long>(draw.below(2)) - 1 : 77;
        case Kind::Major: return one_of(draw, kMajors);
        case Kind::BreakChange: return draw.below(10) ? one_of(draw, kBytes) : small_number(draw);
        case Kind::Protection:
            return draw.below(8) ? PROT_READ | static_cast<long>(draw.below(2)) * PROT_WRITE : anything(draw);
        case Kind::MapFlags: return draw.below(8) ? MAP_SHARED : anything(draw);
        case Kind::PageOffset: return draw.below(8) ? static_cast<long>(draw.below(4)) * 4096 : length(draw);
        case Kind::Mapping: return draw.below(8) ? page_of_mapping(draw) : bad_pointer(draw);
        case Kind::Ticks: return draw.below(30) ? -static_cast<long>(draw.below(2)) : 1;
        case Kind::SignalNumber:
        case Kind::SignalTarget:
        case Kind::SignalHow:
        case Kind::SignalSet:
        case Kind::SignalAction:
        case Kind::AlarmTime:
        case Kind::WaitOptions: return signal_argument(draw, kind);
        default: return of_the_network(draw, kind);
    }
}

void remember_mapping(long at) { mapping = at; }

void fill_area(Draw& draw) {
    for (char& c : area) c = static_cast<char>(draw.below(8) ? 'a' + draw.below(26) : draw.next());
}

}  // namespace sysfuzz
