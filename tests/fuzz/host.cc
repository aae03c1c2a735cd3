#include "tests/fuzz/host.h"

#include <cstring>

#include "net/wire/tcp_options.h"

namespace fuzz {

using namespace net;
using packets::Packet;

namespace {

constexpr u16 kPorts[] = {80, 7, 2000, 2001, 9999};

// Changes some bytes of a valid frame. Its checksums stay as they were.
void garble(Input& in, Packet& f) {
    for (u32 n = in.byte() % 4; n > 0 && !f.empty(); n--) f[in.half() % f.size()] = in.byte();
}

}  // namespace

Host::Host(Bytes input) : in(input) {
    fake::world().fail_at = 0;
    introduce(kPeer, kPeerMac);
    introduce(kGateway, kGatewayMac);
}

Host::~Host() {
    fake::world().fail_at = 0;
    fake::world().pages_left = -1;
    fake::world().on_wait = nullptr;
    fake::world().bad_from = fake::world().bad_until = 0;
    device.up = true;
    while (Ref<TcpConnection> c = stack->tcp().table().any()) c->abort(Errno::None, platform::now());
    answers_arp = true;
    pass(seconds(130));
    device.sent.clear();
    counters_add_up();
}

// --- frames from the link

void Host::frame() {
    switch (in.below(8)) {
        case 0:
        case 1:
        case 2: return deliver(packets::ether(kOurMac, kPeerMac, EtherType::Ipv4, tcp()));
        case 3: return deliver(packets::ether(kOurMac, kPeerMac, EtherType::Ipv4, udp()));
        case 4: return deliver(packets::ether(kOurMac, kPeerMac, EtherType::Ipv4, icmp()));
        case 5: return deliver(packets::ether(kOurMac, kPeerMac, EtherType::Ipv4, fragment()));
        case 6: return deliver(arp());
        default:
            Packet raw = in.packet();
            if (in.flag()) raw = packets::ether(kOurMac, kPeerMac, EtherType::Ipv4, raw);
            return deliver(raw);
    }
}

void Host::deliver(Packet f) {
    if (in.byte() % 8 == 0) garble(in, f);
    if (f.size() > kEtherMaxFrame) f.resize(kEtherMaxFrame);
    arrive(f);
    look_at_sent();
}

// What the device allocates for the frame is there, unless the stack holds all mbufs.
void Host::arrive(const Packet& f) {
    MbufPtr m;
    {
        const MemoryForDevice memory;
        m = Mbuf::alloc(kRxHeadroom);
    }
    if (!m) return;
    u8* p = m->put(f.size());
    if (!f.empty()) std::memcpy(p, f.data(), f.size());
    net_rx(device, std::move(m));
}

Packet Host::options() {
    Packet o;
    static constexpr u8 kLengths[] = {1, 1, 4, 3, 2, 10, 18, 2, 10};  // by kind
    for (u32 n = in.below(5); n > 0; n--) {
        const u8 kind = in.byte() % 9;
        o.push_back(kind);
        if (kind < 2) continue;
        const u8 length = in.byte() % 16 ? kLengths[kind] : in.byte();
        o.push_back(length);
        for (u8 i = 2; i < length && i < 20; i++) o.push_back(in.byte());
    }
    o.resize(o.size() > 40 ? 40 : (o.size() + 3) / 4 * 4);
    return o;
}

// A segment of a known connection near what its other side expects, or of a new one.
Packet Host::tcp() {
    static constexpr u16 kFlags[] = {TcpFlags::Ack,
                                     TcpFlags::Ack | TcpFlags::Psh,
                                     TcpFlags::Syn,
                                     TcpFlags::Syn | TcpFlags::Ack,
                                     TcpFlags::Fin | TcpFlags::Ack,
                                     TcpFlags::Rst,
                                     TcpFlags::Rst | TcpFlags::Ack,
                                     TcpFlags::Ack | TcpFlags::Urg};
    const u8 which = in.byte();
    Flow f{in.one_of(kPorts), static_cast<u16>(40000 + which % 4)};
    if (which >= 64 && !flows.empty()) f = flows[which % flows.size()];
    const u8 how = in.byte();
    const i16 seq = how & 1 ? static_cast<i16>(in.half()) : 0,
              ack = how & 2 ? static_cast<i16>(in.half()) : 0;
    const Packet o = how & 4 ? options() : Packet{};
    const u16 flags = how & 8 ? in.half() & TcpFlags::kMask : in.one_of(kFlags);
    const Packet data = packets::filled(how & 16 ? in.half() % 1400 : how & 32 ? 1 : 0);
    const TcpFields fields{.src_port = f.theirs,
                           .dst_port = f.ours,
                           .seq = f.ack + static_cast<u32>(i32{seq}),
                           .ack = f.next + static_cast<u32>(i32{ack}),
                           .flags = flags,
                           .window = static_cast<u16>(how & 64 ? in.half() : 65535),
                           .options_length = o.size()};
    return packets::tcp_packet({kPeer, kOurs, fields}, packets::join(o, data));
}

Packet Host::udp() {
    const u16 from = in.flag() ? 7 : in.half(), to = in.one_of(kPorts);
    const Ipv4Addr dst = in.byte() % 8 ? kOurs : Ipv4Addr{10, 0, 2, 255};
    return packets::udp_packet({kPeer, dst, from, to}, packets::filled(in.half() % 1400));
}

Packet Host::icmp() {
    if (in.flag()) return icmp_error();
    const auto type = static_cast<IcmpType>(in.flag() ? 8 : in.byte());
    const Packet m =
        packets::icmp(type, in.byte() % 4 ? 0 : in.byte(), in.byte(), in.byte(), packets::filled(in.byte()));
    return packets::ipv4({.src = kPeer, .dst = kOurs, .protocol = 1}, m);
}

// About a packet that we have sent, or about one that we have not.
Packet Host::icmp_error() {
    static constexpr IcmpType kErrors[] = {IcmpType::Unreachable,  IcmpType::Unreachable,
                                           IcmpType::TimeExceeded, IcmpType::ParameterProblem,
                                           IcmpType::Redirect,     IcmpType::SourceQuench};
    Packet quote = last_sent;
    quote.resize(in.byte() % 4 ? 28 : in.byte());
    garble(in, quote);
    const u8 code = in.byte() % 16;
    const IcmpType type = in.one_of(kErrors);
    const Packet m = packets::icmp(type, code, 0, in.half() % 1600, quote);
    return packets::ipv4({.src = in.flag() ? kGateway : kPeer, .dst = kOurs, .protocol = 1}, m);
}

// A piece of one of two datagrams to port 7.
Packet Host::fragment() {
    const Packet whole = packets::udp({kPeer, kOurs, 7, in.one_of(kPorts)}, packets::filled(3000));
    const usize offset = in.half() % (whole.size() / 8 + 2) * 8;
    const usize n = std::min<usize>(whole.size() - std::min(offset, whole.size()), in.half() % 1480);
    const bool more = in.byte() % 4 ? offset + n < whole.size() : in.flag();
    const Packet part(whole.begin() + static_cast<long>(std::min(offset, whole.size())),
                      whole.begin() + static_cast<long>(std::min(offset, whole.size()) + n));
    const u16 flags = static_cast<u16>(offset / 8 | (more ? Ipv4Header::kMoreFragments : 0));
    return packets::ipv4(
        {.src = in.flag() ? kPeer : kGateway, .dst = kOurs, .protocol = 17, .flags_offset = flags}, part);
}

Packet Host::arp() {
    static constexpr Ipv4Addr kAddresses[] = {kPeer, kGateway, kOurs, {}, {10, 0, 2, 99}, {192, 0, 2, 1}};
    const auto op = static_cast<ArpOperation>(in.byte() % 4);
    const MacAddr sender = in.flag() ? kPeerMac : MacAddr{{0x52, 0x55, 0, 0, 0, in.byte()}};
    const Ipv4Addr who = in.one_of(kAddresses), target = in.one_of(kAddresses);
    const Packet p = packets::arp(op, sender, who, kOurMac, target);
    return packets::ether(in.flag() ? kOurMac : MacAddr::broadcast(), sender, EtherType::Arp, p);
}

// --- what the host sends

void Host::look_at_sent() {
    for (Packet f = device.take_sent(); !f.empty(); f = device.take_sent()) heard(f);
}

void Host::heard(const Packet& sent) {
    const auto frame = EtherFrame::parse(sent);
    must(frame.has_value() && sent.size() <= kEtherMaxFrame, "sent frames are whole and not too long");
    if (const auto a = ArpPacket::parse(frame->payload()); a && frame->type() == EtherType::Arp) {
        if (!answers_arp || a->operation() != ArpOperation::Request || a->sender_ip == a->target_ip) return;
        const Packet reply = packets::arp(ArpOperation::Reply, kPeerMac, a->target_ip, kOurMac, kOurs);
        return arrive(packets::ether(kOurMac, kPeerMac, EtherType::Arp, reply));
    }
    const auto ip = Ipv4Packet::parse(frame->payload());
    must(ip && ip->header_checksum_ok(), "sent packets are valid");
    last_sent.assign(ip->bytes().begin(), ip->bytes().end());
    if (ip->header().is_fragment()) return;
    const auto segment = TcpSegment::parse(ip->payload());
    if (ip->protocol() != IpProtocol::Tcp) return;
    must(segment && segment->checksum_ok(ip->src(), ip->dst()), "sent segments are valid");
    heard_tcp(*segment);
}

void Host::heard_tcp(const TcpSegment& s) {
    const u32 end = s.seq() + s.sequence_length();
    for (Flow& f : flows) {
        if (f.ours != s.src_port() || f.theirs != s.dst_port()) continue;
        if (s.flags().syn() || static_cast<i32>(end - f.next) > 0) f.next = end;
        if (s.flags().ack()) f.ack = s.ack();
        return;
    }
    if (flows.size() < 64) flows.push_back({s.src_port(), s.dst_port(), end, s.ack()});
}

// --- time and memory

void Host::pass(Duration d) {
    const Instant until = platform::now() + d;
    while (platform::now() < until) {
        const Duration left = until - platform::now(), step = Duration{d.ns / 16} + milliseconds(20);
        fake::world().advance(left < step ? left : step);
        look_at_sent();
    }
}

void Host::make_allocations_fail() {
    const u8 how = in.byte();
    if (how < 128)
        fake::world().fail_at = 1 + how % 8;
    else
        fake::world().pages_left = how < 160 ? how % 8 : -1;
}

// Each frame is counted once on its way up.
void Host::counters_add_up() {
    const u64 dropped = count(Stat::ether_interface_down) + count(Stat::ether_no_address) +
                        count(Stat::ether_short) + count(Stat::ether_not_for_us) +
                        count(Stat::ether_unknown_type);
    must(count(Stat::rx_frames) == dropped + count(Stat::arp_in) + count(Stat::ip_in),
         "each frame is counted once");
}

}  // namespace fuzz
