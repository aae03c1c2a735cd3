// ICMP (RFC 792): echo requests and replies, and error messages with the packet that they quote.
#pragma once

#include "net/wire/ipv4.h"

namespace net {

enum class IcmpType : u8 {
    EchoReply = 0,
    Unreachable = 3,
    SourceQuench = 4,
    Redirect = 5,
    EchoRequest = 8,
    RouterAdvertisement = 9,
    RouterSolicitation = 10,
    TimeExceeded = 11,
    ParameterProblem = 12,
    TimestampRequest = 13,
    TimestampReply = 14,
    InformationRequest = 15,
    InformationReply = 16,
    AddressMaskRequest = 17,
    AddressMaskReply = 18,
    ExtendedEchoRequest = 42,  // RFC 8335
    ExtendedEchoReply = 43,
};

enum class IcmpUnreachableCode : u8 {
    Net = 0,
    Host = 1,
    Protocol = 2,
    Port = 3,
    FragmentationNeeded = 4,
    SourceRouteFailed = 5,
    NetUnknown = 6,  // 6 to 12: RFC 1122 section 3.2.2.1
    HostUnknown = 7,
    SourceHostIsolated = 8,
    NetProhibited = 9,
    HostProhibited = 10,
    NetTos = 11,
    HostTos = 12,
    Prohibited = 13,  // 13 to 15: RFC 1812 section 5.2.7.1
    HostPrecedence = 14,
    PrecedenceCutoff = 15,
};

// Is this an error message, which quotes another packet after its header? RFC 1122 section 3.2.2: an ICMP
// error is never sent in response to an ICMP error.
constexpr bool is_icmp_error(IcmpType t) {
    return t == IcmpType::Unreachable || t == IcmpType::SourceQuench || t == IcmpType::Redirect ||
           t == IcmpType::TimeExceeded || t == IcmpType::ParameterProblem;
}

struct IcmpHeader {
    u8 type;
    u8 code;
    be16 checksum;
    // The meaning of these four bytes depends on the type: these two fields in echo messages; for the other
    // types see the accessors.
    be16 identifier;
    be16 sequence;

    u16 mtu() const { return sequence; }  // Unreachable/FragmentationNeeded (RFC 1191)
    u8 pointer() const { return static_cast<u8>(identifier >> 8); }  // ParameterProblem: offset of the error
    Ipv4Addr gateway() const {                                       // Redirect: the router to use instead
        return Ipv4Addr{static_cast<u32>(identifier) << 16 | sequence};
    }
};
static_assert(sizeof(IcmpHeader) == 8 && alignof(IcmpHeader) == 1);

// A message with a whole header: every type has at least these 8 bytes. The caller keeps owning the bytes.
class IcmpMessage {
  public:
    static std::optional<IcmpMessage> parse(Bytes b) {
        if (b.size() < sizeof(IcmpHeader)) return std::nullopt;
        return IcmpMessage{b};
    }

    const IcmpHeader& header() const { return *reinterpret_cast<const IcmpHeader*>(bytes_.data()); }
    IcmpType type() const { return IcmpType{header().type}; }
    u8 code() const { return header().code; }
    u16 identifier() const { return header().identifier; }
    u16 sequence() const { return header().sequence; }
    bool is_error() const { return is_icmp_error(type()); }
    Bytes payload() const { return bytes_.subspan(sizeof(IcmpHeader)); }  // echo data, or the quoted packet
    bool checksum_ok() const { return checksum_of(bytes_) == 0; }

  private:
    explicit IcmpMessage(Bytes b) : bytes_(b) {}
    Bytes bytes_;
};

// Writes the header of a message of at least 8 bytes. The payload, from byte 8 on, must already be in place.
inline void emit_icmp(MutBytes message, IcmpType type, u8 code, u16 identifier = 0, u16 sequence = 0) {
    auto* h = reinterpret_cast<IcmpHeader*>(message.data());
    *h = {static_cast<u8>(type), code, 0, identifier, sequence};
    h->checksum = checksum_of(message);
}

// Changes an echo request into an echo reply, in place. Only the type changes, so the checksum is updated,
// not recomputed. The reply to a corrupted request therefore still has a wrong checksum.
inline void make_echo_reply(IcmpHeader& h) {
    const u16 before = static_cast<u16>(h.type << 8 | h.code);
    h.type = static_cast<u8>(IcmpType::EchoReply);
    // Zero and all ones are the same number, but only all ones is right if every other byte of the message is
    // zero.
    const u16 updated = checksum_update(h.checksum, before, static_cast<u16>(h.type << 8 | h.code));
    h.checksum = updated ? updated : 0xffff;
}

// The packet quoted in an ICMP error: its IP header and at least the 8 bytes after it, which hold the UDP or
// TCP ports (RFC 792). The total length field is that of the original packet, not of the quote.
class QuotedPacket {
  public:
    // Also returns nothing for a fragment other than the first, which does not contain the ports.
    static std::optional<QuotedPacket> parse(Bytes quote) {
        const Ipv4Error e = Ipv4Packet::check(quote);
        if (e != Ipv4Error::None && e != Ipv4Error::LongTotalLength) return std::nullopt;
        const auto* h = header_of<Ipv4Header>(quote);
        if (h->fragment_offset() != 0 || quote.size() < h->header_length() + kTransportBytes)
            return std::nullopt;
        return QuotedPacket{quote};
    }

    const Ipv4Header& header() const { return *reinterpret_cast<const Ipv4Header*>(quote_.data()); }
    Ipv4Addr src() const { return header().src; }
    Ipv4Addr dst() const { return header().dst; }
    IpProtocol protocol() const { return IpProtocol{header().protocol}; }
    Bytes transport() const { return quote_.subspan(header().header_length()); }         // at least 8 bytes
    u16 src_port() const { return *reinterpret_cast<const be16*>(transport().data()); }  // UDP and TCP only
    u16 dst_port() const { return *reinterpret_cast<const be16*>(transport().data() + 2); }

  private:
    static constexpr usize kTransportBytes = 8;
    explicit QuotedPacket(Bytes quote) : quote_(quote) {}
    Bytes quote_;
};

}  // namespace net
