#include "dev/frame.h"

#include "lib/string.h"

namespace dev {
namespace {

constexpr usize kLongestToCut = 65535 + kEthernetHeader;

}  // namespace

usize range_count(const net::Mbuf& frame) {
    usize n = 0;
    frame.for_each_range([&n](Bytes) { n++; });
    return n;
}

Result<> make_fit_for_wire(net::Mbuf& frame, usize most_ranges) {
    const usize length = frame.chain_length();
    const bool cut = frame.offload() == net::Offload::TcpSegments;
    if (length > (cut ? kLongestToCut : kMaxFrame)) return Errno::MsgSize;
    if (frame.is_scattered() && range_count(frame) > most_ranges) return Errno::MsgSize;
    if (frame.length() < kEthernetHeader) return Errno::Inval;
    if (length >= kMinFrame) return {};
    if (frame.is_scattered() && !frame.flatten()) return Errno::Inval;
    if (pad(frame)) return {};
    u8* padding = frame.put(kMinFrame - length);  // near the end of the mbuf
    if (!padding) return Errno::Inval;
    memset(padding, 0, kMinFrame - length);
    return {};
}

}  // namespace dev
