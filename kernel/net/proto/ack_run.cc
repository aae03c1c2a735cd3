#include "net/proto/ack_run.h"

#include "net/proto/tcp_frame.h"

namespace net {
namespace {

constexpr usize kLongest = sizeof(TcpFrame), kShortest = kLongest - sizeof(TcpFrame::options);
static_assert(kShortest == 54);

// Between two ACKs of a run: more than a receiver can have got meanwhile, and too little for an attacker who
// must guess the acknowledgment number of a forged ACK that covers a true one.
constexpr u32 kMostAdvance = 1 << 20;

// Are all fields equal except those that change from one ACK of a connection to the next: identification,
// checksums, acknowledgment number, window and timestamps?
bool are_alike(const TcpFrame& a, const TcpFrame& b) {
    constexpr usize kIp = TcpFrame::kIp, kTcp = TcpFrame::kTcp;
    const u64 ether_to_length = a.difference<u64>(b, 0) | a.difference<u64>(b, 8) | a.difference<u16>(b, 16);
    const u64 fragment_to_protocol = a.difference<u32>(b, kIp + offsetof(Ipv4Header, flags_offset));
    constexpr usize kAddresses = kIp + offsetof(Ipv4Header, src);  // then ports, then the sequence number
    const u64 who_and_where = a.difference<u64>(b, kAddresses) | a.difference<u64>(b, kAddresses + 8);
    const u64 flags = a.difference<u16>(b, kTcp + offsetof(TcpHeader, offset_flags));
    return (ether_to_length | fragment_to_protocol | who_and_where | flags) == 0;
}

// a is a pure ACK with timestamps. Is b one, too, with none that is older?
bool are_in_order(const TcpFrame& a, const TcpFrame& b) {
    return b.options[0] == a.options[0] && static_cast<i32>(b.options[1] - a.options[1]) >= 0;
}

}  // namespace

bool is_pure_ack(const Mbuf& frame) {
    if (frame.length() > kLongest || frame.length() < kShortest) return false;
    const auto& f = *reinterpret_cast<const TcpFrame*>(frame.data());
    const usize headers = sizeof f.ip + f.tcp.header_length();
    return f.is_tcp() && f.tcp.flags().bits == TcpFlags::Ack && f.ip.total_length == headers &&
           sizeof f.ether + headers <= frame.length() && f.has_usual_options();
}

bool ack_covers(const Mbuf& later, const Mbuf& earlier) {
    if (later.length() != earlier.length()) return false;
    const auto& a = *reinterpret_cast<const TcpFrame*>(earlier.data());
    const auto& b = *reinterpret_cast<const TcpFrame*>(later.data());
    if (!are_alike(a, b)) return false;
    const bool has_options = a.tcp.header_length() != sizeof a.tcp;
    const u32 advance = b.tcp.ack - a.tcp.ack;
    return (!has_options || are_in_order(a, b)) && advance > 0 && advance <= kMostAdvance;
}

TcpAck ack_in(const Mbuf& frame) {
    const auto& f = *reinterpret_cast<const TcpFrame*>(frame.data());
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
