// What drivers do with every frame, whatever the card: its place in a receive buffer, and the checks before
// it is sent.
#pragma once

#include "net/core/mbuf.h"
#include "net/core/netdev.h"

namespace dev {

inline constexpr usize kEthernetHeader = 14;
inline constexpr usize kMinFrame = 60;    // Ethernet's minimum, without the CRC
inline constexpr usize kMaxFrame = 1514;  // a header and 1500 bytes, without the CRC

// The offset of a received frame in its mbuf: leaves headroom for a reply's headers, and aligns the IP
// header, after the 14 bytes of the Ethernet header, to four bytes.
inline constexpr usize kRxReserve = 130;
static_assert((sizeof(net::Mbuf) + kRxReserve + kEthernetHeader) % 4 == 0 && kRxReserve >= net::kRxHeadroom);

// The maximum of ranges of bytes of a frame (Mbuf::for_each_range), so that a few frames fit into a ring.
inline constexpr usize kMostRanges = 127;
usize range_count(const net::Mbuf& frame);

// Pads a short frame of one range with zeros to Ethernet's minimum frame size. QEMU does not pad, and old
// contents of the mbuf must not leak onto the wire. The number of bytes is constant, because that costs
// least; those beyond the frame are free. False: it is no such frame, or there is no room.
inline bool pad(net::Mbuf& frame) {
    constexpr usize kWords = (kMinFrame - kEthernetHeader + 7) / 8;
    const usize length = frame.length();
    if (length < kEthernetHeader || length >= kMinFrame || frame.tailroom() < kWords * 8) return false;
    u8* padding = frame.put(kMinFrame - length);
    constexpr u64 kZeros = 0;
#pragma GCC unroll 8
    for (usize i = 0; i < kWords; i++) __builtin_memcpy(padding + i * 8, &kZeros, 8);
    return true;
}

// Can the frame be sent now? A short one is padded first. False: ask make_fit_for_wire.
inline bool fits_wire(net::Mbuf& frame) {
    if (!frame.is_simple() || frame.length() > kMaxFrame) return false;
    return frame.length() >= kMinFrame || pad(frame);
}
// The same for any frame. Inval: shorter than an Ethernet header, or no room to pad. MsgSize: longer than an
// Ethernet frame, and not marked for segmentation; or in more than `most_ranges` ranges.
Result<> make_fit_for_wire(net::Mbuf& frame, usize most_ranges = kMostRanges);

}  // namespace dev
