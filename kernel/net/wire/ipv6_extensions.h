// IPv6's extension headers (RFC 8200 section 4): a chain in front of the payload, in which each header names
// the next one. IPv4 packets carry AH and ESP too.
#pragma once

#include "net/wire/ipv6.h"

namespace net {

struct Ipv6RoutingHeader {
    u8 next_header, length, type, segments_left;
};
struct Ipv6FragmentHeader {
    u8 next_header, reserved;
    be16 offset_flags;
    be32 identification;

    usize offset() const { return offset_flags & 0xfff8; }  // bytes
    bool more_fragments() const { return offset_flags & 1; }
};
static_assert(sizeof(Ipv6FragmentHeader) == 8 && alignof(Ipv6FragmentHeader) == 1);

// A header that names the next one, and its length.
struct Ipv6Extension {
    IpProtocol next;
    usize length;  // bytes, at least 8; the header's own claim: fewer may be there

    static constexpr bool is_one(IpProtocol p) {
        switch (p) {
            case IpProtocol::HopByHop:
            case IpProtocol::Routing:
            case IpProtocol::Fragment:
            case IpProtocol::Ah:
            case IpProtocol::DestinationOptions:
            case IpProtocol::Mobility:
            case IpProtocol::Hip:
            case IpProtocol::Shim6: return true;
            default: return false;  // ESP too: what it names is encrypted
        }
    }

    // `kind` is what the header before says that `b` begins with. Nothing when b is too short to tell.
    static std::optional<Ipv6Extension> parse(IpProtocol kind, Bytes b) {
        if (!is_one(kind) || b.size() < 2) return std::nullopt;
        const IpProtocol next{b[0]};
        if (kind == IpProtocol::Fragment) return Ipv6Extension{next, sizeof(Ipv6FragmentHeader)};
        // RFC 4302 section 2.2: AH counts in words of four bytes.
        if (kind == IpProtocol::Ah) return Ipv6Extension{next, (b[1] + usize{2}) * 4};
        return Ipv6Extension{next, (b[1] + usize{1}) * 8};
    }
};

// Options of the hop-by-hop and the destination options header (RFC 8200 section 4.2).
enum class Ipv6OptionKind : u8 {
    Pad1 = 0,
    PadN = 1,
    TunnelLimit = 0x04,  // RFC 2473
    RouterAlert = 0x05,  // RFC 2711
    Jumbo = 0xc2,        // RFC 2675
    HomeAddress = 0xc9,  // RFC 6275
};

struct Ipv6Option {
    u8 kind;
    Bytes data;
};

// Walks an option list, in order. Every step takes at least one byte.
class Ipv6Options {
  public:
    explicit Ipv6Options(Bytes b) : rest_(b) {}

    // Nothing at the end, or where a length is impossible: then rest() is not empty.
    std::optional<Ipv6Option> next() {
        if (rest_.empty()) return std::nullopt;
        const u8 kind = rest_[0];
        if (kind == static_cast<u8>(Ipv6OptionKind::Pad1)) return take(kind, 1, 1);
        if (rest_.size() < 2 || usize{2} + rest_[1] > rest_.size()) return std::nullopt;
        return take(kind, 2, usize{2} + rest_[1]);
    }
    Bytes rest() const { return rest_; }

  private:
    Ipv6Option take(u8 kind, usize head, usize length) {
        const Ipv6Option option{kind, rest_.subspan(head, length - head)};
        rest_ = rest_.subspan(length);
        return option;
    }
    Bytes rest_;
};

}  // namespace net
