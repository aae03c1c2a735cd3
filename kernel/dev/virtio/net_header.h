// virtio-net's constants and the header in front of every packet (virtio 1.2, 5.1).
#pragma once

#include "lib/endian.h"

namespace dev {

namespace virtio_net {

// Feature bits (5.1.3)
inline constexpr u64 kCsum = u64{1} << 0;       // the device computes checksums
inline constexpr u64 kGuestCsum = u64{1} << 1;  // the driver takes packets with partial checksums
inline constexpr u64 kMac = u64{1} << 5;        // the device has a MAC address
inline constexpr u64 kGuestTso4 = u64{1} << 7;  // the driver takes merged TCP segments
inline constexpr u64 kHostTso4 = u64{1} << 11;  // the device splits TCP segments
inline constexpr u64 kMrgRxbuf = u64{1} << 15;  // a received packet may take several buffers
inline constexpr u64 kStatus = u64{1} << 16;    // the device reports the state of the link

// Of the offered features, those that the driver accepts. Segmentation needs checksums (5.1.3.1), and merged
// segments need several buffers, because each of ours is an mbuf. VIRTIO_F_INDIRECT_DESC would not pay: one
// TCP connection at full speed never fills the queue; of eight, a tenth of the frames wait for room, but
// together they are faster than one.
constexpr u64 choose_features(u64 offered) {
    u64 wanted = kCsum | kGuestCsum | kMac | kGuestTso4 | kHostTso4 | kMrgRxbuf | kStatus;
    if (!(offered & kCsum)) wanted &= ~kHostTso4;
    if (!(offered & kGuestCsum) || !(offered & kMrgRxbuf)) wanted &= ~kGuestTso4;
    return offered & wanted;
}

// The configuration (5.1.4)
inline constexpr u32 kConfigMac = 0, kConfigStatus = 6;
inline constexpr u16 kLinkUp = 1;

// The queues without multiqueue (5.1.2)
inline constexpr u32 kReceiveQueue = 0, kTransmitQueue = 1;

}  // namespace virtio_net

struct VirtioNetHeader {
    static constexpr u8 kNeedsCsum = 1;  // the checksum field holds only the sum of the pseudo header
    static constexpr u8 kDataValid = 2;  // received: the checksum has been verified
    static constexpr u8 kGsoNone = 0, kGsoTcp4 = 1;

    u8 flags;
    u8 gso_type;
    le16 header_length;    // bytes of the headers that each segment gets
    le16 segment_size;     // payload bytes of each segment
    le16 checksum_start;   // the first byte that the checksum covers
    le16 checksum_offset;  // from there to the checksum field
    le16 buffers;          // received: the number of buffers of this packet
};
static_assert(sizeof(VirtioNetHeader) == 12 && alignof(VirtioNetHeader) == 1);

}  // namespace dev
