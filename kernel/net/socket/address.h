// SocketAddr: where a socket is, or with whom it speaks, in any address family.
#pragma once

#include <variant>

#include "net/wire/addr.h"

namespace net {

// AF_INET. 0.0.0.0 and port 0 mean "any".
struct InetAddr {
    Ipv4Addr addr;
    u16 port = 0;
    bool operator==(const InetAddr&) const = default;
};

// AF_VSOCK (abi/vm_sockets.h). VMADDR_CID_ANY and VMADDR_PORT_ANY mean "any".
struct VsockAddr {
    u32 cid = ~u32{0};
    u32 port = ~u32{0};
    bool operator==(const VsockAddr&) const = default;
};

// An address of one family, or none (AF_UNSPEC). A socket asks for its own family's address and refuses the
// others with AfNoSupport:
//
//     const InetAddr* a = addr.inet();
//     if (!a) return Errno::AfNoSupport;
class SocketAddr {
  public:
    constexpr SocketAddr() = default;
    constexpr SocketAddr(const InetAddr& a) : value_(a) {}
    constexpr SocketAddr(const VsockAddr& a) : value_(a) {}
    constexpr SocketAddr(Ipv4Addr addr, u16 port) : value_(InetAddr{addr, port}) {}

    bool is_none() const { return std::holds_alternative<std::monostate>(value_); }
    const InetAddr* inet() const { return std::get_if<InetAddr>(&value_); }
    const VsockAddr* vsock() const { return std::get_if<VsockAddr>(&value_); }

    bool operator==(const SocketAddr&) const = default;

  private:
    std::variant<std::monostate, InetAddr, VsockAddr> value_;
};

}  // namespace net
