#include "net/proto/segment_run.h"

#include "net/proto/tcp_frame.h"

namespace net {
namespace {

constexpr usize kMost = 16;        // frames: the peer needs ACKs to grow its window
constexpr usize kLeastData = 256;  // bytes, without which merging saves little

const TcpFrame& headers_of(const Mbuf& m) { return *reinterpret_cast<const TcpFrame*>(m.data()); }

usize headers_length(const TcpFrame& f) { return TcpFrame::kTcp + f.tcp.header_length(); }
usize data_length(const TcpFrame& f) { return f.ip.total_length - sizeof f.ip - f.tcp.header_length(); }

// Are these the headers and data of one frame, which may be padded?
bool has_all(const Mbuf& m, const TcpFrame& f) {
    const usize end = TcpFrame::kIp + f.ip.total_length;
    return end > headers_length(f) && end <= m.length();
}

bool may_begin(const Mbuf& m) {
    if (m.length() < sizeof(TcpFrame) + kLeastData || m.is_scattered()) return false;
    const TcpFrame& f = headers_of(m);
    return f.is_tcp() && f.tcp.flags().bits == TcpFlags::Ack && f.has_usual_options() && has_all(m, f);
}

// Has m the data from `seq` on, at most as many as a, and all else as a, except for PSH?
bool continues(const TcpFrame& a, const Mbuf& m, u32 seq) {
    constexpr usize kFragment = TcpFrame::kIp + offsetof(Ipv4Header, flags_offset);
    constexpr usize kAddresses = TcpFrame::kIp + offsetof(Ipv4Header, src), kPorts = TcpFrame::kTcp;
    constexpr usize kAck = kPorts + offsetof(TcpHeader, ack), kFlags = kAck + 4, kWindow = kFlags + 2;
    constexpr usize kOptions = offsetof(TcpFrame, options);
    if (m.length() < sizeof(TcpFrame) || m.is_scattered()) return false;
    const TcpFrame& b = headers_of(m);
    const u64 ether_to_tos = a.difference<u64>(b, 0) | a.difference<u64>(b, 8);
    const u64 fragment_to_protocol = a.difference<u32>(b, kFragment);
    const u64 ends = a.difference<u64>(b, kAddresses) | a.difference<u32>(b, kPorts);
    const u64 ack = a.difference<u32>(b, kAck) | a.difference<u16>(b, kWindow);
    const u64 flags = a.difference<u16>(b, kFlags) & ~u64{std::bit_cast<u16>(be16{TcpFlags::Psh})};
    const u64 options = a.difference<u64>(b, kOptions) | a.difference<u32>(b, kOptions + 8);
    if (ether_to_tos | fragment_to_protocol | ends | ack | flags) return false;
    if (a.tcp.header_length() > sizeof a.tcp && options) return false;
    return b.tcp.seq == seq && b.ip.total_length <= a.ip.total_length && has_all(m, b);
}

bool is_intact(const Mbuf& m) {
    const TcpFrame& f = headers_of(m);
    Checksum header;
    header.add_header(f.ip);
    if (header.finish() != 0) return false;
    if (m.offload() == Offload::Verified) return true;
    const Bytes segment = m.bytes().subspan(TcpFrame::kTcp, f.ip.total_length - sizeof f.ip);
    Checksum sum;
    sum.add_pseudo_header(f.ip.src, f.ip.dst, IpProtocol::Tcp, segment.size());
    sum.add(segment);
    return sum.finish() == 0;
}

// Leaves only the data.
void strip(Mbuf& m) {
    const TcpFrame& f = headers_of(m);
    const usize data = data_length(f);
    m.pull(headers_length(f));
    m.trim_to(data);
}

}  // namespace

usize merge_segments(MbufQueue& frames) {
    Mbuf& first = *frames.front();
    Mbuf* next = MbufQueue::next(first);
    if (!next || !may_begin(first)) return 0;
    auto& f = *reinterpret_cast<TcpFrame*>(first.data());
    usize added = 0, bytes = data_length(f);
    Mbuf* last = &first;
    for (bool ends = false; next && !ends && added < kMost - 1; next = MbufQueue::next(first)) {
        if (!continues(f, *next, f.tcp.seq + static_cast<u32>(bytes))) break;
        if ((added == 0 && !is_intact(first)) || !is_intact(*next)) break;
        const TcpFrame& b = headers_of(*next);
        ends = b.tcp.flags().psh() || b.ip.total_length < f.ip.total_length;
        bytes += data_length(b);
        strip(*next);
        last->append(frames.take_after(&first));
        last = next;
        added++;
    }
    if (added == 0) return 0;
    first.trim_to(TcpFrame::kIp + f.ip.total_length);
    const auto total = static_cast<u16>(headers_length(f) - TcpFrame::kIp + bytes);
    f.ip.checksum = checksum_update(f.ip.checksum, f.ip.total_length, total);
    f.ip.total_length = total;
    first.set_offload(Offload::Verified);
    return added;
}

}  // namespace net
