#include "net/proto/ack_run.h"

#include "net/wire/ether.h"
#include "net/wire/ipv4.h"
#include "net/wire/tcp.h"

namespace net {
namespace {

// Such a frame as it lies in memory.
struct BareAck {
    EtherHeader ether;
    Ipv4Header ip;
    TcpHeader tcp;
    be32 options[3];  // none, or RFC 7323 appendix A's timestamps
};
constexpr usize kLongest = sizeof(BareAck), kShortest = kLongest - sizeof(BareAck::options);
static_assert(kShortest == 54 && alignof(BareAck) == 1);

bool is_bare_ack(const BareAck& f, usize frame_length) {
    const usize headers = sizeof f.ip + f.tcp.header_length();
    if (f.ether.type != static_cast<u16>(EtherType::Ipv4) || f.ip.version_ihl != 0x45) return false;
    if (f.ip.protocol != static_cast<u8>(IpProtocol::Tcp) || f.ip.is_fragment()) return false;
    if (f.tcp.flags().bits != TcpFlags::Ack || f.ip.total_length != headers) return false;
    if (sizeof f.ether + headers > frame_length) return false;
    if (f.tcp.header_length() == sizeof f.tcp) return true;
    return f.tcp.header_length() == sizeof f.tcp + sizeof f.options && f.options[0] == 0x0101'080a;
}

// The bits in which two frames differ at a place.
template <class Word>
u64 difference(const BareAck& a, const BareAck& b, usize at) {
    Word x, y;
    __builtin_memcpy(&x, reinterpret_cast<const u8*>(&a) + at, sizeof x);
    __builtin_memcpy(&y, reinterpret_cast<const u8*>(&b) + at, sizeof y);
    return x ^ y;
}

// In all but what differs from one ACK of a connection to the next: identification, checksums, the number
// acknowledged, window and timestamps.
bool are_alike(const BareAck& a, const BareAck& b) {
    constexpr usize kIp = offsetof(BareAck, ip), kTcp = offsetof(BareAck, tcp);
    const u64 ether_to_length =
        difference<u64>(a, b, 0) | difference<u64>(a, b, 8) | difference<u16>(a, b, 16);
    const u64 fragment_to_protocol = difference<u32>(a, b, kIp + offsetof(Ipv4Header, flags_offset));
    const usize addresses = kIp + offsetof(Ipv4Header, src);  // then ports, then the sequence number
    const u64 who_and_where = difference<u64>(a, b, addresses) | difference<u64>(a, b, addresses + 8);
    const u64 flags = difference<u16>(a, b, kTcp + offsetof(TcpHeader, offset_flags));
    return (ether_to_length | fragment_to_protocol | who_and_where | flags) == 0;
}

}  // namespace

bool ack_says_all_of(const Mbuf& later, const Mbuf& earlier) {
    const usize length = earlier.length();
    if (length > kLongest || length != later.length() || length < kShortest) return false;
    const auto& a = *reinterpret_cast<const BareAck*>(earlier.data());
    const auto& b = *reinterpret_cast<const BareAck*>(later.data());
    if (!are_alike(a, b) || !is_bare_ack(a, length)) return false;
    // The frames are as long as their headers say; with options, the layout is in both.
    const bool same_options =
        length == kShortest || a.tcp.header_length() == sizeof a.tcp || b.options[0] == a.options[0];
    return same_options && static_cast<i32>(b.tcp.ack - a.tcp.ack) > 0;
}

TcpAck ack_in(const Mbuf& frame) {
    const auto& f = *reinterpret_cast<const BareAck*>(frame.data());
    return {f.ip.dst, f.ip.src, f.tcp.dst_port, f.tcp.src_port, f.tcp.ack};
}

}  // namespace net
