// TCP (RFC 9293): the header, its flags, and a view of a segment whose lengths have been checked.
#pragma once

#include "net/wire/checksum.h"

namespace net {

// The control bits. Plain numbers, so that they can be combined: Ack | Syn.
struct TcpFlags {
    enum Bit : u16 {
        Fin = 0x001,
        Syn = 0x002,
        Rst = 0x004,
        Psh = 0x008,
        Ack = 0x010,
        Urg = 0x020,
        Ece = 0x040,  // RFC 3168
        Cwr = 0x080,
        Ae = 0x100,  // RFC 9768; formerly NS (RFC 3540)
    };
    static constexpr u16 kMask = 0x1ff;

    u16 bits = 0;

    constexpr bool has(u16 all_of) const { return (bits & all_of) == all_of; }
    constexpr bool fin() const { return has(Fin); }
    constexpr bool syn() const { return has(Syn); }
    constexpr bool rst() const { return has(Rst); }
    constexpr bool psh() const { return has(Psh); }
    constexpr bool ack() const { return has(Ack); }
    constexpr bool urg() const { return has(Urg); }
    constexpr bool operator==(const TcpFlags&) const = default;
};

struct TcpHeader {
    be16 src_port, dst_port;
    be32 seq, ack;
    be16 offset_flags;  // 4 bits data offset in words, 3 reserved, 9 flags
    be16 window;
    be16 checksum;
    be16 urgent;

    usize header_length() const { return (offset_flags >> 12) * usize{4}; }  // bytes, including options
    u8 reserved() const { return static_cast<u8>(offset_flags >> 9 & 7); }
    TcpFlags flags() const { return {static_cast<u16>(offset_flags & TcpFlags::kMask)}; }

    static constexpr u16 offset_and_flags(usize header_length, u16 flags) {
        return static_cast<u16>(header_length / 4 << 12 | flags);
    }
};
static_assert(sizeof(TcpHeader) == 20 && alignof(TcpHeader) == 1);

// A segment whose header, including options, lies within its bytes. The caller keeps owning the bytes.
class TcpSegment {
  public:
    static std::optional<TcpSegment> parse(Bytes b) {
        const auto* h = header_of<TcpHeader>(b);
        if (!h || h->header_length() < sizeof *h || h->header_length() > b.size()) return std::nullopt;
        return TcpSegment{b};
    }

    const TcpHeader& header() const { return *reinterpret_cast<const TcpHeader*>(bytes_.data()); }
    u16 src_port() const { return header().src_port; }
    u16 dst_port() const { return header().dst_port; }
    u32 seq() const { return header().seq; }
    u32 ack() const { return header().ack; }
    TcpFlags flags() const { return header().flags(); }
    u16 window() const { return header().window; }  // the field's value, not scaled
    u16 urgent() const { return header().urgent; }
    Bytes options() const {
        return bytes_.subspan(sizeof(TcpHeader), header().header_length() - sizeof(TcpHeader));
    }
    Bytes payload() const { return bytes_.subspan(header().header_length()); }

    // SEG.LEN of RFC 9293: the number of sequence numbers it occupies; SYN and FIN count as one each.
    u32 sequence_length() const {
        return static_cast<u32>(payload().size()) + u32{flags().syn()} + u32{flags().fin()};
    }

    bool checksum_ok(Ipv4Addr src, Ipv4Addr dst) const {
        Checksum sum;
        sum.add_pseudo_header(src, dst, IpProtocol::Tcp, bytes_.size());
        sum.add(bytes_);
        return sum.finish() == 0;
    }

  private:
    explicit TcpSegment(Bytes b) : bytes_(b) {}
    Bytes bytes_;
};

// The header fields that the sender of a segment chooses.
struct TcpFields {
    u16 src_port = 0, dst_port = 0;
    u32 seq = 0, ack = 0;
    u16 flags = 0;  // TcpFlags::Bit
    u16 window = 0;
    usize options_length = 0;  // bytes, a multiple of 4
};

// Writes the header of a segment of at least 20 bytes. The options and the payload, from byte 20 on, must
// already be in place.
inline void emit_tcp(MutBytes segment, Ipv4Addr src, Ipv4Addr dst, const TcpFields& f) {
    auto* h = reinterpret_cast<TcpHeader*>(segment.data());
    const u16 offset_flags = TcpHeader::offset_and_flags(sizeof *h + f.options_length, f.flags);
    *h = {f.src_port, f.dst_port, f.seq, f.ack, offset_flags, f.window, 0, 0};
    Checksum sum;
    sum.add_pseudo_header(src, dst, IpProtocol::Tcp, segment.size());
    sum.add(segment);
    h->checksum = sum.finish();
}

}  // namespace net
