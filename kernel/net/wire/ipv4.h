// IPv4 (RFC 791): the header as on the wire, and a view of a packet whose lengths have been checked.
#pragma once

#include "net/wire/checksum.h"

namespace net {

inline constexpr u8 kDefaultTtl = 64;  // RFC 1700

struct Ipv4Header {
    u8 version_ihl;
    u8 tos;
    be16 total_length;
    be16 identification;
    be16 flags_offset;
    u8 ttl;
    u8 protocol;
    be16 checksum;
    Ipv4Addr src, dst;

    static constexpr u16 kReservedBit = 0x8000, kDontFragment = 0x4000, kMoreFragments = 0x2000;
    static constexpr u16 kOffsetMask = 0x1fff;

    u8 version() const { return version_ihl >> 4; }
    usize header_length() const { return (version_ihl & 0xf) * usize{4}; }  // bytes, including options
    u8 dscp() const { return tos >> 2; }                                    // RFC 2474
    u8 ecn() const { return tos & 3; }                                      // RFC 3168
    u8 flags() const { return static_cast<u8>(flags_offset >> 13); }
    bool reserved_bit() const { return flags_offset & kReservedBit; }
    bool dont_fragment() const { return flags_offset & kDontFragment; }
    bool more_fragments() const { return flags_offset & kMoreFragments; }
    usize fragment_offset() const { return (flags_offset & kOffsetMask) * usize{8}; }  // bytes
    bool is_fragment() const { return flags_offset & (kMoreFragments | kOffsetMask); }

    // A header without options for `payload_length` bytes, with its checksum. A packet with DF may have any
    // identification (RFC 6864 section 4.1).
    static Ipv4Header make(Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, usize payload_length,
                           u16 identification = 0, u8 ttl = kDefaultTtl, u16 flags_offset = kDontFragment,
                           u8 tos = 0) {
        Ipv4Header h;
        h.emit(src, dst, protocol, payload_length, identification, ttl, flags_offset, tos);
        return h;
    }
    // The same, written into its place: no copy of a header for each packet.
    void emit(Ipv4Addr from, Ipv4Addr to, IpProtocol upper, usize payload_length, u16 id, u8 hops,
              u16 flags_and_offset, u8 service) {
        *this = {0x45,
                 service,
                 static_cast<u16>(sizeof(Ipv4Header) + payload_length),
                 id,
                 flags_and_offset,
                 hops,
                 static_cast<u8>(upper),
                 0,
                 from,
                 to};
        set_checksum();
    }

    // Recomputes the checksum of a header without options after its fields have changed.
    void set_checksum() {
        checksum = 0;
        Checksum sum;
        sum.add_header(*this);
        checksum = sum.finish();
    }
};
static_assert(sizeof(Ipv4Header) == 20 && alignof(Ipv4Header) == 1);

// Why the bytes are not a valid IPv4 packet.
enum class Ipv4Error : u8 {
    None,
    Truncated,        // fewer bytes than a header without options
    BadVersion,       // not 4
    BadHeaderLength,  // IHL below 5 words
    LongHeader,       // the header is longer than the received bytes
    BadTotalLength,   // total length smaller than the header
    LongTotalLength,  // total length larger than the received bytes
};

// A packet whose header and payload lie within its bytes, without bytes after the total length (padding).
// parse() does not check the checksum: call header_checksum_ok(). The caller keeps owning the bytes.
class Ipv4Packet {
  public:
    static Ipv4Error check(Bytes b) {
        const auto* h = header_of<Ipv4Header>(b);
        if (!h) return Ipv4Error::Truncated;
        if (h->version() != 4) return Ipv4Error::BadVersion;
        if (h->header_length() < sizeof *h) return Ipv4Error::BadHeaderLength;
        if (h->header_length() > b.size()) return Ipv4Error::LongHeader;
        if (h->total_length < h->header_length()) return Ipv4Error::BadTotalLength;
        if (h->total_length > b.size()) return Ipv4Error::LongTotalLength;
        return Ipv4Error::None;
    }

    static std::optional<Ipv4Packet> parse(Bytes b) {
        if (check(b) != Ipv4Error::None) return std::nullopt;
        const auto* h = header_of<Ipv4Header>(b);
        return Ipv4Packet{b.first(h->total_length)};
    }

    const Ipv4Header& header() const { return *reinterpret_cast<const Ipv4Header*>(bytes_.data()); }
    Bytes bytes() const { return bytes_; }  // header and payload, without padding
    Bytes options() const {
        return bytes_.subspan(sizeof(Ipv4Header), header().header_length() - sizeof(Ipv4Header));
    }
    Bytes payload() const { return bytes_.subspan(header().header_length()); }

    Ipv4Addr src() const { return header().src; }
    Ipv4Addr dst() const { return header().dst; }
    IpProtocol protocol() const { return IpProtocol{header().protocol}; }
    u8 ttl() const { return header().ttl; }

    bool header_checksum_ok() const {
        Checksum sum;
        sum.add_header(header());
        if (header().header_length() != sizeof(Ipv4Header)) [[unlikely]]
            sum.add(options());
        return sum.finish() == 0;
    }

  private:
    explicit Ipv4Packet(Bytes b) : bytes_(b) {}
    Bytes bytes_;
};

// IPv4 option kinds (RFC 791 section 3.1, RFC 2113). Iterate with HeaderOptions (wire/options.h).
enum class Ipv4OptionKind : u8 {
    End = 0,
    Nop = 1,
    RecordRoute = 7,
    Timestamp = 68,
    Security = 130,  // RFC 1108
    LooseSourceRoute = 131,
    Cipso = 134,
    StreamId = 136,
    StrictSourceRoute = 137,
    RouterAlert = 148,
};

}  // namespace net
