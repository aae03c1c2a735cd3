#include "tcp_sim.h"

#include <algorithm>
#include <cstring>

#include "abi/socket.h"
#include "net/platform.h"
#include "world.h"

using namespace net;
using packets::Packet;

namespace sim {

Result<> Port::transmit(MbufPtr& frame) {
    for (Packet& p : as_the_hardware_sends(*frame)) wire_.send(*this, std::move(p));
    frame.reset();
    return {};
}

static constexpr MacAddr kMacA{{2, 0, 0, 0, 0, 1}}, kMacB{{2, 0, 0, 0, 0, 2}};

Wire::Wire(u64 seed, u32 features_a, u32 features_b)
    : random_(seed), a(*this, kMacA, features_a, random_), b(*this, kMacB, features_b, random_) {
    a.other = &b;
    b.other = &a;
}

static void arrive(Port& at, const Packet& frame) {
    MbufPtr m = Mbuf::alloc(kRxHeadroom);
    if (!m) return;
    std::memcpy(m->put(frame.size()), frame.data(), frame.size());
    net_rx(at, std::move(m));
}

void Wire::send(Port& from, Packet frame) {
    const bool ip = frame.size() > 14 && frame[12] == 0x08 && frame[13] == 0x00;
    const bool stopped = ip && filter && !filter(from, frame);
    from.line.weather = weather;
    std::vector<Line::Copy> copies;
    if (!stopped)
        copies =
            from.line.carry(std::move(frame), platform::now(), ip ? Line::Spared::No : Line::Spared::FromAll);
    (copies.empty() ? lost : carried)++;
    for (Line::Copy& c : copies)
        agenda_.at(c.at, [to = from.other, bytes = std::move(c.frame)] { arrive(*to, bytes); });
}

// --- a device with offload

static Packet gathered(const Mbuf& frame) {
    Packet whole;
    frame.for_each_range([&whole](Bytes b) { whole.insert(whole.end(), b.begin(), b.end()); });
    return whole;
}

// The checksum field holds the pseudo header's sum; the sum over the segment including the field is the
// checksum. For segmentation that sum does not yet include the length.
static void fill_checksum(Packet& p, bool add_length) {
    const usize at = 34 + 16;
    u32 pseudo = u32{p[at]} << 8 | p[at + 1];
    if (add_length) pseudo += static_cast<u32>(p.size() - 34);
    pseudo = (pseudo & 0xffff) + (pseudo >> 16);
    p[at] = u8(pseudo >> 8), p[at + 1] = u8(pseudo);
    const u16 sum = packets::internet_checksum(Bytes(p).subspan(34));
    p[at] = u8(sum >> 8), p[at + 1] = u8(sum);
}

static void put_be32(Packet& p, usize at, u32 v) {
    for (int i = 0; i < 4; i++) p[at + static_cast<usize>(i)] = u8(v >> (24 - 8 * i));
}

static Packet one_segment(const Packet& whole, usize headers, usize offset, usize length, usize index) {
    Packet p(whole.begin(), whole.begin() + static_cast<long>(headers));
    p.insert(p.end(), whole.begin() + static_cast<long>(headers + offset),
             whole.begin() + static_cast<long>(headers + offset + length));
    const usize ip_length = p.size() - 14;
    p[16] = u8(ip_length >> 8), p[17] = u8(ip_length);
    const u16 id = static_cast<u16>((p[18] << 8 | p[19]) + index);
    p[18] = u8(id >> 8), p[19] = u8(id);
    p[24] = p[25] = 0;
    const u16 sum = packets::internet_checksum(Bytes(p).subspan(14, 20));
    p[24] = u8(sum >> 8), p[25] = u8(sum);
    const u32 seq = u32{whole[38]} << 24 | u32{whole[39]} << 16 | u32{whole[40]} << 8 | whole[41];
    put_be32(p, 38, seq + static_cast<u32>(offset));
    if (headers + offset + length < whole.size()) p[47] &= u8(~(TcpFlags::Fin | TcpFlags::Psh));
    fill_checksum(p, true);
    return p;
}

std::vector<Packet> as_the_hardware_sends(const Mbuf& frame) {
    Packet whole = gathered(frame);
    if (frame.offload() == Offload::TcpChecksum) fill_checksum(whole, false);
    if (frame.offload() != Offload::TcpSegments) return {whole};
    std::vector<Packet> segments;
    const usize headers = frame.length();  // the mbuf's own bytes, as the driver tells the hardware
    EXPECT_EQ(headers, 34 + (whole[46] >> 4) * 4u) << "payload in the header mbuf, which is repeated";
    // As in QEMU: if the payload is a multiple of the MSS, a segment without payload follows.
    for (usize offset = 0; offset + headers <= whole.size(); offset += frame.segment_size()) {
        const usize length = std::min(frame.segment_size(), whole.size() - headers - offset);
        segments.push_back(one_segment(whole, headers, offset, length, segments.size()));
    }
    return segments;
}

// --- the fixture

TwoStacks::TwoStacks(u64 seed, u32 features) : mbufs_before_(mbuf_usage().in_use()) {
    fake::world().reset();
    wire = std::make_unique<Wire>(seed, features, features);
    a = std::make_unique<Stack>();
    b = std::make_unique<Stack>();
    EXPECT_TRUE(a->add_interface(wire->a, {kA, 24}).ok());
    EXPECT_TRUE(b->add_interface(wire->b, {kB, 24}).ok());
    wire->run_for(milliseconds(1));
}

TwoStacks::~TwoStacks() {
    fake::judge_what_is_left();
    EXPECT_EQ(a->sockets_in_use() + b->sockets_in_use(), 0u) << "sockets leaked";
    wire->filter = {};
    wire->run_for(seconds(200));  // TIME-WAIT, and timeouts of dead peers
    EXPECT_EQ(a->tcp().table().any().get(), nullptr) << "a connection does not end";
    EXPECT_EQ(b->tcp().table().any().get(), nullptr) << "a connection does not end";
    EXPECT_EQ(a->tcp().table().time_waits() + b->tcp().table().time_waits(), 0u);
    a.reset();
    b.reset();
    wire.reset();
    EXPECT_EQ(mbuf_usage().in_use(), mbufs_before_) << "mbufs leaked";
    EXPECT_TRUE(fake::world().timers.empty()) << "timers left behind";
    fake::world().reset();
}

Ref<Socket> TwoStacks::listener(u16 port, int backlog) {
    Ref<Socket> l = value_of(open_tcp(*b));
    EXPECT_TRUE(l->bind({{}, port}).ok());
    EXPECT_TRUE(l->listen(backlog).ok());
    return l;
}

TwoStacks::Pair TwoStacks::connected(u16 port) {
    Ref<Socket> l = listener(port);
    Pair p;
    p.client = value_of(open_tcp(*a));
    EXPECT_EQ(p.client->connect({kB, port}, false).error(), Errno::InProgress);
    until([&] {
        if (!p.server) p.server = l->accept(false).value();
        return p.server && p.client->remote().ok();
    });
    EXPECT_TRUE(p.server) << "no connection";
    l->close();
    return p;
}

// --- programs

void Talker::write_some() {
    while (!sent_all_ && error == Errno::None) {
        const usize n = std::min(piece_, out_.size() - sent_);
        if (n == 0) {
            sent_all_ = true;
            (void)socket_->shutdown(SHUT_WR);
            return;
        }
        const auto r = socket_->send({reinterpret_cast<uptr>(out_.data() + sent_)}, n, MSG_DONTWAIT, nullptr);
        if (r.error() == Errno::Again) return;
        if (!r.ok()) error = r.error();
        sent_ += r.value();
    }
}

void Talker::read_some() {
    while (!at_end_ && !lazy && error == Errno::None) {
        u8 buffer[4096];
        const auto r =
            socket_->receive({reinterpret_cast<uptr>(buffer)}, sizeof buffer, MSG_DONTWAIT, nullptr);
        if (r.error() == Errno::Again) return;
        if (!r.ok()) error = r.error();
        if (r.ok() && r.value() == 0) at_end_ = true;
        received.insert(received.end(), buffer, buffer + r.value());
    }
}

void Talker::poll() {
    if (!socket_) return;
    write_some();
    read_some();
}

Packet random_bytes(usize n, u64 seed) {
    std::mt19937_64 random(seed);
    Packet p(n);
    for (u8& byte : p) byte = static_cast<u8>(random());
    return p;
}

}  // namespace sim
