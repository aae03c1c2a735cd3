// ICMP (RFC 792): echo both ways, and the errors that quote the packet they are about.
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
    NetUnknown = 6,  // from here on RFC 1122 section 3.2.2.1
    HostUnknown = 7,
    SourceHostIsolated = 8,
    NetProhibited = 9,
    HostProhibited = 10,
    NetTos = 11,
    HostTos = 12,
    Prohibited = 13,  // from here on RFC 1812 section 5.2.7.1
    HostPrecedence = 14,
    PrecedenceCutoff = 15,
};

// Is it about another packet, quoted behind the header? RFC 1122 section 3.2.2: never answer one with one.
constexpr bool is_icmp_error(IcmpType t) {
    return t == IcmpType::Unreachable || t == IcmpType::SourceQuench || t == IcmpType::Redirect ||
           t == IcmpType::TimeExceeded || t == IcmpType::ParameterProblem;
}

struct IcmpHeader {
    u8 type;
    u8 code;
    be16 checksum;
    // Four bytes whose meaning is the type's: in echoes these two; in others see the accessors.
    be16 identifier;
    be16 sequence;

    u16 mtu() const { return sequence; }  // Unreachable/FragmentationNeeded (RFC 1191)
    u8 pointer() const { return static_cast<u8>(identifier >> 8); }  // ParameterProblem: the byte it is about
    Ipv4Addr gateway() const {                                       // Redirect: the better one
        return Ipv4Addr{static_cast<u32>(identifier) << 16 | sequence};
    }
};
static_assert(sizeof(IcmpHeader) == 8 && alignof(IcmpHeader) == 1);

// A message with a whole header. Every type there is has at least these 8 bytes. Bytes stay the caller's.
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
    Bytes payload() const { return bytes_.subspan(sizeof(IcmpHeader)); }  // an echo's data, an error's quote
    bool checksum_ok() const { return checksum_of(bytes_) == 0; }

  private:
    explicit IcmpMessage(Bytes b) : bytes_(b) {}
    Bytes bytes_;
};

// Makes a message of at least 8 bytes whose payload, from byte 8 on, is in place already.
inline void emit_icmp(MutBytes message, IcmpType type, u8 code, u16 identifier = 0, u16 sequence = 0) {
    auto* h = reinterpret_cast<IcmpHeader*>(message.data());
    *h = {static_cast<u8>(type), code, 0, identifier, sequence};
    h->checksum = checksum_of(message);
}

// Makes an echo request a reply, in place. Only the type changes, so the checksum is adjusted, not summed
// anew, and a request damaged on its way stays damaged.
inline void turn_echo_around(IcmpHeader& h) {
    const u16 before = static_cast<u16>(h.type << 8 | h.code);
    h.type = static_cast<u8>(IcmpType::EchoReply);
    h.checksum = checksum_update(h.checksum, before, static_cast<u16>(h.type << 8 | h.code));
}

// The packet an ICMP error is about: its IP header and at least the first 8 bytes behind it, which hold
// the ports of UDP and TCP (RFC 792 quotes just these). Its total length is the original's, not the quote's.
class QuotedPacket {
  public:
    // Nothing also for a later fragment, which tells no ports.
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
    u16 src_port() const { return *reinterpret_cast<const be16*>(transport().data()); }  // of UDP and TCP
    u16 dst_port() const { return *reinterpret_cast<const be16*>(transport().data() + 2); }

  private:
    static constexpr usize kTransportBytes = 8;
    explicit QuotedPacket(Bytes quote) : quote_(quote) {}
    Bytes quote_;
};

}  // namespace net
