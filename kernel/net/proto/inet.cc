#include "net/proto/inet.h"

namespace net {

static bool is_host_address(Ipv4Prefix p) {
    const Ipv4Addr a = p.addr;
    const u8 first = a.octet(0);
    const bool reserved = first == 0 || first >= 240;  // "this network", class E and broadcast
    return !reserved && !a.is_multicast() && !a.is_loopback() && p.length <= 32 && !p.is_broadcast(a);
}

Result<Interface*> Inet::add_interface(NetDevice& device, Ipv4Prefix address, Ipv4Addr gateway) {
    if (interface_count_ == kMaxInterfaces) return Errno::NoSpc;
    if (!is_host_address(address)) return Errno::AddrNotAvail;
    if (!gateway.is_any() && (!address.contains(gateway) || gateway == address.addr)) return Errno::Inval;
    Interface& added = interfaces_[interface_count_++];
    added.attach(*this, device, address);
    TRY(routes_.add({address, Ipv4Addr{}, &added}));
    if (!gateway.is_any()) TRY(routes_.add({Ipv4Prefix{}, gateway, &added}));
    if (device.link_up()) added.announce();
    return &added;
}

}  // namespace net
