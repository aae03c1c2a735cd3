// UDP (RFC 768).
#pragma once

#include "net/wire/checksum.h"

namespace net {

struct UdpHeader {
    be16 src_port, dst_port;
    be16 length;  // header and payload
    be16 checksum;
};
static_assert(sizeof(UdpHeader) == 8 && alignof(UdpHeader) == 1);

// A datagram whose length field fits its bytes, without bytes after it. The caller keeps owning the bytes.
class UdpDatagram {
  public:
    static std::optional<UdpDatagram> parse(Bytes b) {
        const auto* h = header_of<UdpHeader>(b);
        if (!h || h->length < sizeof *h || h->length > b.size()) return std::nullopt;
        return UdpDatagram{b.first(h->length)};
    }

    const UdpHeader& header() const { return *reinterpret_cast<const UdpHeader*>(bytes_.data()); }
    u16 src_port() const { return header().src_port; }
    u16 dst_port() const { return header().dst_port; }
    Bytes payload() const { return bytes_.subspan(sizeof(UdpHeader)); }

    ChecksumVerdict checksum(Ipv4Addr src, Ipv4Addr dst) const {
        if (header().checksum == 0) return ChecksumVerdict::Absent;
        Checksum sum;
        sum.add_pseudo_header(src, dst, IpProtocol::Udp, bytes_.size());
        sum.add(bytes_);
        return sum.finish() == 0 ? ChecksumVerdict::Ok : ChecksumVerdict::Bad;
    }

  private:
    explicit UdpDatagram(Bytes b) : bytes_(b) {}
    Bytes bytes_;
};

// Computes the checksum of `datagram`, whose checksum field must be 0.
inline be16 udp_checksum(Bytes datagram, Ipv4Addr src, Ipv4Addr dst) {
    Checksum sum;
    sum.add_pseudo_header(src, dst, IpProtocol::Udp, datagram.size());
    sum.add(datagram);
    // RFC 768: a computed zero is sent as all ones; zero means "no checksum".
    const be16 value = sum.finish();
    return value == 0 ? be16{0xffff} : value;
}

// Writes the header of a datagram of at least 8 bytes. The payload, from byte 8 on, must already be in place.
inline void emit_udp(MutBytes datagram, Ipv4Addr src, u16 src_port, Ipv4Addr dst, u16 dst_port) {
    auto* h = reinterpret_cast<UdpHeader*>(datagram.data());
    *h = {src_port, dst_port, static_cast<u16>(datagram.size()), 0};
    h->checksum = udp_checksum(datagram, src, dst);
}

}  // namespace net
