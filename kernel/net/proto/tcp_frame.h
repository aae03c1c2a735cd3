// The headers of a TCP segment as they usually lie in memory: Ethernet, IPv4 without options, and TCP without
// options or with timestamps only. For what is done with frames before IP validates them.
#pragma once

#include "net/wire/ether.h"
#include "net/wire/ipv4.h"
#include "net/wire/tcp.h"

namespace net {

struct TcpFrame {
    EtherHeader ether;
    Ipv4Header ip;
    TcpHeader tcp;
    be32 options[3];  // absent, or timestamps in the layout of RFC 7323 appendix A

    static constexpr usize kIp = sizeof(EtherHeader), kTcp = kIp + sizeof(Ipv4Header);

    bool is_tcp() const {
        return ether.type == static_cast<u16>(EtherType::Ipv4) && ip.version_ihl == 0x45 &&
               ip.protocol == static_cast<u8>(IpProtocol::Tcp) && !ip.is_fragment();
    }
    // Only for a frame with as many bytes.
    bool has_usual_options() const {
        if (tcp.header_length() == sizeof tcp) return true;
        return tcp.header_length() == sizeof tcp + sizeof options && options[0] == 0x0101'080a;
    }

    // The bits in which the two frames differ at the offset `at`.
    template <class Word>
    u64 difference(const TcpFrame& other, usize at) const {
        Word x, y;
        __builtin_memcpy(&x, reinterpret_cast<const u8*>(this) + at, sizeof x);
        __builtin_memcpy(&y, reinterpret_cast<const u8*>(&other) + at, sizeof y);
        return x ^ y;
    }
};
static_assert(sizeof(TcpFrame) == 66 && alignof(TcpFrame) == 1);

}  // namespace net
