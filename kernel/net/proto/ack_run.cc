#include "net/proto/ack_run.h"

#include "net/wire/ether.h"
#include "net/wire/ipv4.h"
#include "net/wire/tcp.h"

namespace net {
namespace {

// A pure ACK as it lies in memory.
struct PureAck {
    EtherHeader ether;
    Ipv4Header ip;
    TcpHeader tcp;
    be32 options[3];  // absent, or timestamps in the layout of RFC 7323 appendix A
};
constexpr usize kLongest = sizeof(PureAck), kShortest = kLongest - sizeof(PureAck::options);
static_assert(kShortest == 54 && alignof(PureAck) == 1);

// Between two ACKs of a run: more than a receiver can have got meanwhile, and too little for an attacker who
// must guess the acknowledgment number of a forged ACK that covers a true one.
constexpr u32 kMostAdvance = 1 << 20;

bool is_pure_ack(const PureAck& f, usize frame_length) {
    const usize headers = sizeof f.ip + f.tcp.header_length();
    if (f.ether.type != static_cast<u16>(EtherType::Ipv4) || f.ip.version_ihl != 0x45) return false;
    if (f.ip.protocol != static_cast<u8>(IpProtocol::Tcp) || f.ip.is_fragment()) return false;
    if (f.tcp.flags().bits != TcpFlags::Ack || f.ip.total_length != headers) return false;
    if (sizeof f.ether + headers > frame_length) return false;
    if (f.tcp.header_length() == sizeof f.tcp) return true;
    return f.tcp.header_length() == sizeof f.tcp + sizeof f.options && f.options[0] == 0x0101'080a;
}

// The bits in which the two frames differ at offset `at`.
template <class Word>
u64 difference(const PureAck& a, const PureAck& b, usize at) {
    Word x, y;
    __builtin_memcpy(&x, reinterpret_cast<const u8*>(&a) + at, sizeof x);
    __builtin_memcpy(&y, reinterpret_cast<const u8*>(&b) + at, sizeof y);
    return x ^ y;
}

// Are all fields equal except those that change from one ACK of a connection to the next: identification,
// checksums, acknowledgment number, window and timestamps?
bool are_alike(const PureAck& a, const PureAck& b) {
    constexpr usize kIp = offsetof(PureAck, ip), kTcp = offsetof(PureAck, tcp);
    const u64 ether_to_length =
        difference<u64>(a, b, 0) | difference<u64>(a, b, 8) | difference<u16>(a, b, 16);
    const u64 fragment_to_protocol = difference<u32>(a, b, kIp + offsetof(Ipv4Header, flags_offset));
    const usize addresses = kIp + offsetof(Ipv4Header, src);  // then ports, then the sequence number
    const u64 who_and_where = difference<u64>(a, b, addresses) | difference<u64>(a, b, addresses + 8);
    const u64 flags = difference<u16>(a, b, kTcp + offsetof(TcpHeader, offset_flags));
    return (ether_to_length | fragment_to_protocol | who_and_where | flags) == 0;
}

// a has timestamps. Has b too, and none that is older?
bool are_in_order(const PureAck& a, const PureAck& b) {
    return b.options[0] == a.options[0] && static_cast<i32>(b.options[1] - a.options[1]) >= 0;
}

}  // namespace

bool ack_covers(const Mbuf& later, const Mbuf& earlier) {
    const usize length = earlier.length();
    if (length > kLongest || length != later.length() || length < kShortest) return false;
    const auto& a = *reinterpret_cast<const PureAck*>(earlier.data());
    const auto& b = *reinterpret_cast<const PureAck*>(later.data());
    if (!are_alike(a, b) || !is_pure_ack(a, length)) return false;
    // Both frames are as long as their headers say.
    const bool has_options = length != kShortest && a.tcp.header_length() != sizeof a.tcp;
    const u32 advance = b.tcp.ack - a.tcp.ack;
    return (!has_options || are_in_order(a, b)) && advance > 0 && advance <= kMostAdvance;
}

TcpAck ack_in(const Mbuf& frame) {
    const auto& f = *reinterpret_cast<const PureAck*>(frame.data());
    return {f.ip.dst, f.ip.src, f.tcp.dst_port, f.tcp.src_port, f.tcp.ack};
}

bool ack_is_intact(const Mbuf& frame) {
    const auto ip = Ipv4Packet::parse(frame.bytes().subspan(sizeof(EtherHeader)));
    if (!ip || !ip->header_checksum_ok()) return false;
    if (frame.offload() == Offload::Verified) return true;
    const auto segment = TcpSegment::parse(ip->payload());
    return segment && segment->checksum_ok(ip->src(), ip->dst());
}

}  // namespace net
