// Ethernet II frames (RFC 894), without the frame check sequence, which the hardware adds and removes.
#pragma once

#include "net/wire/addr.h"

namespace net {

enum class EtherType : u16 {
    Ipv4 = 0x0800,
    Arp = 0x0806,
    WakeOnLan = 0x0842,
    Rarp = 0x8035,
    Vlan = 0x8100,  // IEEE 802.1Q
    Ipv6 = 0x86dd,
    FlowControl = 0x8808,  // IEEE 802.3x
    QinQ = 0x88a8,         // IEEE 802.1ad
    Lldp = 0x88cc,
};

inline constexpr usize kEtherMtu = 1500;       // the maximum payload of one frame
inline constexpr usize kEtherMinFrame = 60;    // shorter frames are padded on the wire
inline constexpr usize kEtherMaxFrame = 1514;  // header and kEtherMtu

struct EtherHeader {
    MacAddr dst, src;
    be16 type;  // an EtherType; below 0x600 it is an IEEE 802.3 length

    static EtherHeader make(MacAddr dst, MacAddr src, EtherType type) {
        return {dst, src, static_cast<u16>(type)};
    }
};
static_assert(sizeof(EtherHeader) == 14 && alignof(EtherHeader) == 1);

// Follows the type field when the type is Vlan or QinQ.
struct VlanTag {
    be16 control;  // 3 bits of priority, drop-eligible, 12 bits of VLAN identifier
    be16 type;     // of the payload

    u8 priority() const { return static_cast<u8>(control >> 13); }
    bool drop_eligible() const { return control & 0x1000; }
    u16 id() const { return control & 0xfff; }
};
static_assert(sizeof(VlanTag) == 4 && alignof(VlanTag) == 1);

// A view of a frame that has a whole header. The caller keeps owning the bytes.
class EtherFrame {
  public:
    static std::optional<EtherFrame> parse(Bytes b) {
        const auto* h = header_of<EtherHeader>(b);
        if (!h) return std::nullopt;
        return EtherFrame{*h, b.subspan(sizeof *h)};
    }

    const EtherHeader& header() const { return *header_; }
    MacAddr dst() const { return header_->dst; }
    MacAddr src() const { return header_->src; }
    EtherType type() const { return EtherType{u16{header_->type}}; }
    Bytes payload() const { return payload_; }  // includes the padding of short frames

  private:
    EtherFrame(const EtherHeader& h, Bytes payload) : header_(&h), payload_(payload) {}
    const EtherHeader* header_;
    Bytes payload_;
};

}  // namespace net
