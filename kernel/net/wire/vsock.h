// The packets of a virtio socket device (virtio 1.2, 5.10.6). Unlike Internet headers they are little-endian.
#pragma once

#include <optional>

#include "lib/endian.h"

namespace net {

enum class VsockOp : u16 {
    Request = 1,        // asks for a connection
    Response = 2,       // accepts it
    Reset = 3,          // refuses or ends it
    Shutdown = 4,       // the sender will receive no more, send no more, or both (VsockHeader::flags)
    Data = 5,           // VIRTIO_VSOCK_OP_RW
    CreditUpdate = 6,   // only tells buf_alloc and fwd_cnt, which every packet of a connection has
    CreditRequest = 7,  // asks for a CreditUpdate
};

enum class VsockType : u16 { Stream = 1, SeqPacket = 2 };

struct VsockHeader {
    // Flags of Shutdown
    static constexpr u32 kNoReceive = 1, kNoSend = 2;
    // Flags of Data of a SeqPacket connection: the end of a message (send()), of a record (MSG_EOR)
    static constexpr u32 kEndOfMessage = 1, kEndOfRecord = 2;

    le64 src_cid, dst_cid;
    le32 src_port, dst_port;
    le32 length;  // of the payload, after the header
    le16 type;
    le16 op;
    le32 flags;
    le32 buf_alloc;  // the size of the sender's receive buffer for this connection, in bytes
    le32 fwd_cnt;    // how many payload bytes its program has taken out of the buffer, modulo 2^32
};
static_assert(sizeof(VsockHeader) == 44 && alignof(VsockHeader) == 1);

inline constexpr u64 kVsockAnyCid = 0xffff'ffff;
inline constexpr u64 kVsockHypervisorCid = 0, kVsockLocalCid = 1, kVsockHostCid = 2, kVsockFirstGuestCid = 3;
inline constexpr u32 kVsockAnyPort = 0xffff'ffff;
// The longest payload that one packet may have, as in Linux and Firecracker.
inline constexpr u32 kVsockMaxPayload = 64 * 1024;

// A packet whose length field is that of the bytes after the header, and whose CIDs have 32 bits: the upper
// half is reserved and 0 (5.10.4). The caller keeps owning the bytes.
// `type` and `op` may be values that the standard does not define: the receiver answers those with a reset.
class VsockPacket {
  public:
    // header: the bytes before the payload; payload: how many bytes follow in this buffer.
    static std::optional<VsockPacket> parse(Bytes header, usize payload) {
        const auto* h = header_of<VsockHeader>(header);
        if (!h) return std::nullopt;
        const VsockPacket packet(*h);  // checked after the copy: the sender may change shared memory
        return packet.is_valid(payload) ? std::optional(packet) : std::nullopt;
    }

    const VsockHeader& header() const { return header_; }
    VsockOp op() const { return static_cast<VsockOp>(static_cast<u16>(header_.op)); }
    VsockType type() const { return static_cast<VsockType>(static_cast<u16>(header_.type)); }

  private:
    explicit VsockPacket(const VsockHeader& h) : header_(h) {}
    bool is_valid(usize payload) const {
        return header_.length == payload && payload <= kVsockMaxPayload && header_.src_cid >> 32 == 0 &&
               header_.dst_cid >> 32 == 0;
    }
    VsockHeader header_;
};

}  // namespace net
