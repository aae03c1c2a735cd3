#include "net/filter/builders.h"

#include <cstddef>

#include "net/wire/arp.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"

namespace net {
namespace {

constexpr u32 kNetwork = sizeof(EtherHeader);  // where the packet in the frame begins
constexpr u32 kAccept = 0xffff'ffff;

constexpr u32 first_four(MacAddr a) {
    return static_cast<u32>(a.bytes[0]) << 24 | static_cast<u32>(a.bytes[1]) << 16 |
           static_cast<u32>(a.bytes[2]) << 8 | a.bytes[3];
}
constexpr u32 last_two(MacAddr a) { return static_cast<u32>(a.bytes[4]) << 8 | a.bytes[5]; }

// A program of checks, all of which a frame must pass.
class Checks {
  public:
    // The value at this offset of the frame, or behind the IPv4 header, is `value`.
    void word(u32 at, u32 value) { equal(BPF_W | BPF_ABS, at, value); }
    void half(u32 at, u32 value) { equal(BPF_H | BPF_ABS, at, value); }
    void byte(u32 at, u32 value) { equal(BPF_B | BPF_ABS, at, value); }

    void mac(usize at, MacAddr address) {
        word(static_cast<u32>(at), first_four(address));
        half(static_cast<u32>(at) + 4, last_two(address));
    }
    void ether_type(EtherType type) { half(offsetof(EtherHeader, type), static_cast<u32>(type)); }

    void ipv4(const FilterEnds& ends) {
        ether_type(EtherType::Ipv4);
        add({BPF_LD | BPF_B | BPF_ABS, 0, 0, kNetwork + offsetof(Ipv4Header, version_ihl)});
        refuse_unless(BPF_JGE, 0x45);
        refuse_if(BPF_JGT, 0x4f);
        if (!ends.src.is_any()) word(kNetwork + offsetof(Ipv4Header, src), ends.src.value());
        if (!ends.dst.is_any()) word(kNetwork + offsetof(Ipv4Header, dst), ends.dst.value());
    }
    void protocol(IpProtocol p) { byte(kNetwork + offsetof(Ipv4Header, protocol), static_cast<u32>(p)); }

    // TCP's and UDP's ports have the same places.
    void ports(const FilterEnds& ends) {
        add({BPF_LD | BPF_H | BPF_ABS, 0, 0, kNetwork + offsetof(Ipv4Header, flags_offset)});
        refuse_if(BPF_JSET, Ipv4Header::kOffsetMask);
        add({BPF_LDX | BPF_B | BPF_MSH, 0, 0, kNetwork});
        port(kNetwork, ends.src_port);
        port(kNetwork + 2, ends.dst_port);
    }

    void arp() {
        ether_type(EtherType::Arp);
        half(arp_field(offsetof(ArpPacket, hardware_type)), ArpPacket::kHardwareEthernet);
        half(arp_field(offsetof(ArpPacket, protocol_type)), static_cast<u32>(EtherType::Ipv4));
        half(arp_field(offsetof(ArpPacket, hardware_length)), sizeof(MacAddr) << 8 | sizeof(Ipv4Addr));
    }
    void arp_operation(ArpOperation least, ArpOperation greatest) {
        add({BPF_LD | BPF_H | BPF_ABS, 0, 0, arp_field(offsetof(ArpPacket, operation_code))});
        refuse_unless(BPF_JGE, static_cast<u32>(least));
        refuse_if(BPF_JGT, static_cast<u32>(greatest));
    }
    static constexpr u32 arp_field(usize offset) { return kNetwork + static_cast<u32>(offset); }

    void finish(FilterProgram& to) {
        add({BPF_RET | BPF_K, 0, 0, kAccept});
        add({BPF_RET | BPF_K, 0, 0, 0});
        for (usize i = 0; i < size_; i++) point_at_refusal(i);
        (void)to.verify({code_, size_});  // cannot fail; if it did, the program would match nothing
    }

  private:
    static constexpr usize kMost = 40;
    static constexpr u8 kRefuse = 0xff;  // a jump to the last instruction

    void add(bpf_insn i) {
        if (size_ < kMost) code_[size_++] = i;
    }
    void refuse_unless(u16 test, u32 k) { add({static_cast<u16>(BPF_JMP | test), 0, kRefuse, k}); }
    void refuse_if(u16 test, u32 k) { add({static_cast<u16>(BPF_JMP | test), kRefuse, 0, k}); }

    void equal(u16 load, u32 at, u32 value) {
        add({static_cast<u16>(BPF_LD | load), 0, 0, at});
        refuse_unless(BPF_JEQ, value);
    }
    void port(u32 at, u16 value) {
        if (value) equal(BPF_H | BPF_IND, at, value);
    }

    void point_at_refusal(usize i) {
        const auto distance = static_cast<u8>(size_ - 2 - i);
        if (code_[i].jt == kRefuse) code_[i].jt = distance;
        if (code_[i].jf == kRefuse) code_[i].jf = distance;
    }

    bpf_insn code_[kMost];
    usize size_ = 0;
};

// In the order in which they are in the frame: most frames fail at the first that differs.
void build_ipv4_of(FilterProgram& to, Checks& checks, const FilterEnds& ends, IpProtocol protocol) {
    checks.ipv4(ends);
    checks.protocol(protocol);
    if (protocol != IpProtocol::Icmp) checks.ports(ends);
    checks.finish(to);
}

void build_ether_ipv4(FilterProgram& to, usize mac_at, MacAddr mac, const FilterEnds& ends,
                      IpProtocol protocol) {
    Checks checks;
    checks.mac(mac_at, mac);
    build_ipv4_of(to, checks, ends, protocol);
}

}  // namespace

void build_src_mac(FilterProgram& to, MacAddr src) {
    Checks checks;
    checks.mac(offsetof(EtherHeader, src), src);
    checks.finish(to);
}

void build_dst_mac(FilterProgram& to, MacAddr dst) {
    Checks checks;
    checks.mac(offsetof(EtherHeader, dst), dst);
    checks.finish(to);
}

void build_ipv4(FilterProgram& to, const FilterEnds& ends) {
    Checks checks;
    checks.ipv4(ends);
    checks.finish(to);
}

void build_icmp(FilterProgram& to, const FilterEnds& ends) {
    Checks checks;
    build_ipv4_of(to, checks, ends, IpProtocol::Icmp);
}

void build_tcp(FilterProgram& to, const FilterEnds& ends) {
    Checks checks;
    build_ipv4_of(to, checks, ends, IpProtocol::Tcp);
}

void build_udp(FilterProgram& to, const FilterEnds& ends) {
    Checks checks;
    build_ipv4_of(to, checks, ends, IpProtocol::Udp);
}

void build_ether_dst_ipv4_tcp(FilterProgram& to, MacAddr dst, const FilterEnds& ends) {
    build_ether_ipv4(to, offsetof(EtherHeader, dst), dst, ends, IpProtocol::Tcp);
}

void build_ether_dst_ipv4_udp(FilterProgram& to, MacAddr dst, const FilterEnds& ends) {
    build_ether_ipv4(to, offsetof(EtherHeader, dst), dst, ends, IpProtocol::Udp);
}

void build_ether_src_ipv4_tcp(FilterProgram& to, MacAddr src, const FilterEnds& ends) {
    build_ether_ipv4(to, offsetof(EtherHeader, src), src, ends, IpProtocol::Tcp);
}

void build_ether_src_ipv4_udp(FilterProgram& to, MacAddr src, const FilterEnds& ends) {
    build_ether_ipv4(to, offsetof(EtherHeader, src), src, ends, IpProtocol::Udp);
}

void build_arp_reply(FilterProgram& to) {
    Checks checks;
    checks.arp();
    checks.arp_operation(ArpOperation::Reply, ArpOperation::Reply);
    checks.finish(to);
}

void build_arp_transmit(FilterProgram& to, MacAddr mac, Ipv4Addr ip) {
    Checks checks;
    checks.mac(offsetof(EtherHeader, src), mac);
    checks.arp();
    checks.arp_operation(ArpOperation::Request, ArpOperation::Reply);
    checks.mac(Checks::arp_field(offsetof(ArpPacket, sender_mac)), mac);
    checks.word(Checks::arp_field(offsetof(ArpPacket, sender_ip)), ip.value());
    checks.finish(to);
}

}  // namespace net
