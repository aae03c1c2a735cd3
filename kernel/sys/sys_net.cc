// The system calls of the network, and sockets as files (xv6's FD_SOCK): the one place that knows both.
#include "abi/info.h"
#include "abi/net.h"
#include "abi/stat.h"
#include "fs/file_table.h"
#include "mm/uaccess.h"
#include "proc/clock.h"
#include "proc/process.h"
#include "proc/timer.h"
#include "sys/network.h"
#include "sys/sys_calls.h"

namespace {

net::Socket& socket_of(fs::File& f) { return *static_cast<net::Socket*>(f.object); }

Result<i64> socket_read(fs::File& f, UserAddr to, usize n) {
    return static_cast<i64>(TRY(socket_of(f).read(to, n)));
}
// QEMU's user network opens a socket of the host's for the first datagram of a flow, but does not look at it
// before its main loop wakes for something else. Any new deadline of ours wakes it; without this one, the
// first answer would come with the next time slice, 10 ms later.
constinit Timer nudge([](void*) {}, nullptr);

Result<i64> socket_write(fs::File& f, UserAddr from, usize n) {
    const usize sent = TRY(socket_of(f).write(from, n));
    if (f.offset++ == 0) nudge.set(clock_now() + milliseconds(1));
    return static_cast<i64>(sent);
}
Result<> socket_stat(fs::File&, struct stat& answer) {
    answer.type = T_SOCK;
    return {};
}

// The file holds one reference for as long as any descriptor, in whatever process, stands for it.
void socket_close(fs::File& f) {
    net::Socket& socket = socket_of(f);
    socket.close();
    socket.drop_ref();
}

constexpr fs::FileOps kSocketOps{socket_read, socket_write, socket_stat, socket_close, "socket"};

// A descriptor for a new socket; without one the socket is closed again.
Result<i64> install(const Ref<net::Socket>& socket) {
    Result<Ref<fs::File>> file = fs::file_alloc(kSocketOps, socket.get(), true, true);
    if (!file.ok()) {
        socket->close();
        return file.error();
    }
    socket->add_ref();  // the file's own
    const int fd = TRY(current_process().files->install(std::move(file).value()));
    return fd;
}

net::Ipv4Addr addr_argument(const SyscallArgs& a, int i) { return net::Ipv4Addr(static_cast<u32>(a.num(i))); }

// A port number. Inval: not one.
Result<u16> port_argument(const SyscallArgs& a, int i) {
    if (a.num(i) < 0 || a.num(i) > 0xffff) return Errno::Inval;
    return static_cast<u16>(a.num(i));
}

}  // namespace

Result<i64> sys_connect(const SyscallArgs& a) {
    const u16 local_port = TRY(port_argument(a, 1));
    const u16 remote_port = TRY(port_argument(a, 2));
    if (current_process().files->full()) return Errno::MFile;
    return install(TRY(network().connect_udp(addr_argument(a, 0), local_port, remote_port)));
}

Result<i64> sys_pingopen(const SyscallArgs& a) {
    if (current_process().files->full()) return Errno::MFile;
    return install(TRY(network().open_echo(addr_argument(a, 0))));
}

Result<i64> sys_settimeout(const SyscallArgs& a) {
    fs::File* f = current_process().files->get(a.num(0));
    if (!f) return Errno::BadF;
    if (f->ops != &kSocketOps) return Errno::NotSock;
    if (a.num(1) < 0) return Errno::Inval;
    socket_of(*f).set_receive_timeout(milliseconds(a.num(1)));
    return 0;
}

Result<i64> sys_pktdump(const SyscallArgs& a) {
    const auto before = static_cast<i64>(network().dump_mode());
    if (a.num(0) > PKTDUMP_FULL) return Errno::Inval;
    if (a.num(0) >= 0) network().set_dump_mode(static_cast<net::DumpMode>(a.num(0)));
    return before;
}

Result<i64> sys_ifinfo(const SyscallArgs& a) {
    if (a.num(0) < 0) return Errno::Inval;
    const auto index = static_cast<usize>(a.num(0));
    net::Interface* interface = network().interface(index);
    if (!interface) return Errno::NoDev;
    const ifinfo info = describe_interface(*interface);
    TRY(mm::copy_out(a.addr(1), &info, sizeof info));
    return 0;
}

Result<i64> sys_netstats(const SyscallArgs& a) {
    net_stats stats{};
#define COUNTER(name, meaning) stats.name = network().count(net::Stat::name);
#include "abi/net_stats.def"
#undef COUNTER
    TRY(mm::copy_out(a.addr(0), &stats, sizeof stats));
    return 0;
}
