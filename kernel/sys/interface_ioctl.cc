#include "sys/interface_ioctl.h"

#include "abi/if.h"
#include "lib/string.h"
#include "mm/uaccess.h"
#include "sys/network.h"

namespace {

using net::Interface;
using net::Ipv4Addr;
using net::Ipv4Prefix;

// --- addresses

sockaddr as_sockaddr(Ipv4Addr a) {
    const sockaddr_in in{AF_INET, 0, {swap_bytes(a.value())}, {}};
    return std::bit_cast<sockaddr>(in);
}

Result<Ipv4Addr> as_address(const sockaddr& a) {
    if (a.sa_family != AF_INET) return Errno::Inval;
    return Ipv4Addr(swap_bytes(std::bit_cast<sockaddr_in>(a).sin_addr.s_addr));
}

// The length of a netmask. Inval: it has a gap.
Result<u8> as_length(const sockaddr& a) {
    const u32 mask = TRY(as_address(a))
    .value();
    const int length = std::countl_one(mask);
    if (std::popcount(mask) != length) return Errno::Inval;
    return static_cast<u8>(length);
}

// The length that an address had before there were masks: class A, B or C (RFC 791 section 3.2).
u8 length_of_class(Ipv4Addr a) { return a.octet(0) < 128 ? 8 : a.octet(0) < 192 ? 16 : 24; }

Ipv4Prefix prefix_of(Ipv4Addr a, u8 length) { return a.is_any() ? Ipv4Prefix{} : Ipv4Prefix{a, length}; }

// --- one function for each request: reads or fills the field of r

Result<> get_flags(Interface& i, ifreq& r) {
    int flags = i.is_loopback() ? IFF_LOOPBACK : IFF_BROADCAST;
    if (i.is_up()) flags |= IFF_UP;
    if (i.is_up() && i.device().link_up()) flags |= IFF_RUNNING;
    r.ifr_flags = static_cast<short>(flags);
    return {};
}

Result<> set_flags(Interface& i, ifreq& r) {
    const bool up = r.ifr_flags & IFF_UP;
    if (up == i.is_up()) return {};
    return network().set_up(i, up);
}

Result<> get_address(Interface& i, ifreq& r) {
    if (i.addr().is_any()) return Errno::AddrNotAvail;
    r.ifr_addr = as_sockaddr(i.addr());
    return {};
}

Result<> set_address(Interface& i, ifreq& r) {
    const Ipv4Addr a = TRY(as_address(r.ifr_addr));
    return network().set_address(i, prefix_of(a, length_of_class(a)));
}

Result<> get_mask(Interface& i, ifreq& r) {
    r.ifr_netmask = as_sockaddr(Ipv4Addr(i.prefix().mask()));
    return {};
}

Result<> set_mask(Interface& i, ifreq& r) {
    const u8 length = TRY(as_length(r.ifr_netmask));
    if (i.addr().is_any()) return Errno::AddrNotAvail;
    return network().set_address(i, {i.addr(), length});
}

Result<> get_broadcast(Interface& i, ifreq& r) {
    const Ipv4Prefix p = i.prefix();
    const Ipv4Addr directed{p.addr.value() | ~p.mask()};
    r.ifr_broadaddr = as_sockaddr(p.is_broadcast(directed) ? directed : Ipv4Addr());
    return {};
}

Result<> get_mac(Interface& i, ifreq& r) {
    r.ifr_hwaddr = {static_cast<unsigned short>(i.is_loopback() ? ARPHRD_LOOPBACK : ARPHRD_ETHER), {}};
    memcpy(r.ifr_hwaddr.sa_data, i.mac().bytes, sizeof i.mac());
    return {};
}

Result<> get_mtu(Interface& i, ifreq& r) {
    r.ifr_mtu = static_cast<int>(i.mtu());
    return {};
}

Result<> get_index(Interface& i, ifreq& r) {
    for (usize n = 0; Interface* at = network().interface(n); n++) {
        if (at == &i) r.ifr_ifindex = static_cast<int>(n) + 1;
    }
    return {};
}

Result<> get_name(Interface& i, ifreq& r) {
    memset(r.ifr_name, 0, sizeof r.ifr_name);
    memcpy(r.ifr_name, i.device().name(), strnlen(i.device().name(), sizeof r.ifr_name - 1));
    return {};
}

constexpr struct Request {
    u32 number;
    Result<> (*perform)(Interface&, ifreq&);
} kRequests[] = {
    {SIOCGIFFLAGS, get_flags},  {SIOCSIFFLAGS, set_flags},       {SIOCGIFADDR, get_address},
    {SIOCSIFADDR, set_address}, {SIOCGIFBRDADDR, get_broadcast}, {SIOCGIFNETMASK, get_mask},
    {SIOCSIFNETMASK, set_mask}, {SIOCGIFHWADDR, get_mac},        {SIOCGIFMTU, get_mtu},
    {SIOCGIFINDEX, get_index},  {SIOCGIFNAME, get_name},
};

// --- finding the interface and the request

Result<Interface*> interface_named(const char (&name)[IFNAMSIZ]) {
    for (usize n = 0; Interface* i = network().interface(n); n++) {
        if (strncmp(i->device().name(), name, sizeof name) == 0) return i;
    }
    return Errno::NoDev;
}

Result<Interface*> interface_numbered(int index) {
    Interface* i = index > 0 ? network().interface(static_cast<usize>(index) - 1) : nullptr;
    if (!i) return Errno::NoDev;
    return i;
}

Result<> set_prefix(UserAddr argument) {
    ifaliasreq r;
    TRY(mm::copy_in(&r, argument, sizeof r));
    Interface* i = TRY(interface_named(r.ifra_name));
    const Ipv4Addr a = TRY(as_address(r.ifra_addr));
    return network().set_address(*i, prefix_of(a, TRY(as_length(r.ifra_mask))));
}

}  // namespace

Result<> interface_ioctl(u32 request, UserAddr argument) {
    if (request == SIOCAIFADDR) return set_prefix(argument);
    for (const Request& known : kRequests) {
        if (known.number != request) continue;
        ifreq r;
        TRY(mm::copy_in(&r, argument, sizeof r));
        Interface* i =
            TRY(request == SIOCGIFNAME ? interface_numbered(r.ifr_ifindex) : interface_named(r.ifr_name));
        TRY(known.perform(*i, r));
        return mm::copy_out(argument, &r, sizeof r);
    }
    return Errno::NotTty;
}
