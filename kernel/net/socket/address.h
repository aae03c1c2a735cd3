// SocketAddr: where a socket is, or with whom it speaks, in any address family.
#pragma once

#include <string_view>

#include "abi/socket.h"
#include "abi/un.h"
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

// AF_UNIX: a path without its terminating zero; empty: no name.
struct LocalAddr {
    constexpr LocalAddr() = default;
    constexpr explicit LocalAddr(std::string_view path) : length(static_cast<u8>(path.size())) {
        path.copy(text, sizeof text);
    }
    std::string_view path() const { return {text, length}; }
    bool operator==(const LocalAddr& o) const { return path() == o.path(); }

    u8 length = 0;
    char text[UNIX_PATH_MAX];  // only the first `length` bytes are set
};

// An address of one family, or none (AF_UNSPEC). A socket asks for its own family's address and refuses the
// others with AfNoSupport:
//
//     const InetAddr* a = addr.inet();
//     if (!a) return Errno::AfNoSupport;
//
// A copy copies only what the address has, because a path is much longer than the others.
class SocketAddr {
  public:
    constexpr SocketAddr() : inet_() {}
    constexpr SocketAddr(const InetAddr& a) : family_(AF_INET), inet_(a) {}
    constexpr SocketAddr(const VsockAddr& a) : family_(AF_VSOCK), vsock_(a) {}
    constexpr SocketAddr(const LocalAddr& a) : family_(AF_UNIX), local_(a) {}
    constexpr SocketAddr(Ipv4Addr addr, u16 port) : SocketAddr(InetAddr{addr, port}) {}
    SocketAddr(const SocketAddr& o) : inet_() { *this = o; }
    SocketAddr& operator=(const SocketAddr& o) {
        family_ = o.family_;
        if (family_ == AF_UNIX) [[unlikely]]
            local_ = o.local_;
        else if (family_ == AF_VSOCK)
            vsock_ = o.vsock_;
        else
            inet_ = o.inet_;
        return *this;
    }

    bool is_none() const { return family_ == AF_UNSPEC; }
    const InetAddr* inet() const { return family_ == AF_INET ? &inet_ : nullptr; }
    const VsockAddr* vsock() const { return family_ == AF_VSOCK ? &vsock_ : nullptr; }
    const LocalAddr* local() const { return family_ == AF_UNIX ? &local_ : nullptr; }

    bool operator==(const SocketAddr& o) const {
        if (family_ != o.family_) return false;
        switch (family_) {
            case AF_INET: return inet_ == o.inet_;
            case AF_VSOCK: return vsock_ == o.vsock_;
            case AF_UNIX: return local_ == o.local_;
            default: return true;
        }
    }

  private:
    u16 family_ = AF_UNSPEC;  // the member of the union; AF_UNSPEC: inet_, unused
    union {
        InetAddr inet_;
        VsockAddr vsock_;
        LocalAddr local_;
    };
};

}  // namespace net
