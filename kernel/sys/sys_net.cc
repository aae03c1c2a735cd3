// The network calls of xv6 and nx6; the POSIX calls are in sys_socket.cc.
#include "abi/info.h"
#include "abi/net.h"
#include "mm/uaccess.h"
#include "proc/process.h"
#include "sys/network.h"
#include "sys/socket_file.h"
#include "sys/sys_calls.h"

namespace {

net::Ipv4Addr addr_argument(const SyscallArgs& a, int i) { return net::Ipv4Addr(static_cast<u32>(a.num(i))); }

// A port number argument. Inval: out of range.
Result<u16> port_argument(const SyscallArgs& a, int i) {
    if (a.num(i) < 0 || a.num(i) > 0xffff) return Errno::Inval;
    return static_cast<u16>(a.num(i));
}

}  // namespace

Result<i64> sys_connect(const SyscallArgs& a) {
    const u16 local_port = TRY(port_argument(a, 1));
    const u16 remote_port = TRY(port_argument(a, 2));
    TRY(current_process().files->make_room());
    return install_socket(TRY(network().connect_udp(addr_argument(a, 0), local_port, remote_port)));
}

Result<i64> sys_pingopen(const SyscallArgs& a) {
    TRY(current_process().files->make_room());
    return install_socket(TRY(network().open_echo(addr_argument(a, 0))));
}

Result<i64> sys_settimeout(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    if (a.num(1) < 0) return Errno::Inval;
    s->set_receive_timeout(milliseconds(a.num(1)));
    return 0;
}

Result<i64> sys_pktdump(const SyscallArgs& a) {
    net::DumpTap& dump = network().dump();
    const i64 before = static_cast<i64>(dump.mode()) | (dump.is_filtered() ? PKTDUMP_FILTERED : 0);
    if (a.num(0) > PKTDUMP_FULL) return Errno::Inval;
    if (a.num(0) < 0) return before;
    net::FilterPage filter;
    if (a.addr(1).value) filter = TRY(net::FilterPage::from_user(a.addr(1)));
    dump.set(static_cast<net::DumpMode>(a.num(0)), std::move(filter));
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
