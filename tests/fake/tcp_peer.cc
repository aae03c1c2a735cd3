#include "tcp_peer.h"

#include <cstring>

#include "net/wire/tcp_options.h"

using namespace net;
using packets::Packet;

std::ostream& operator<<(std::ostream& o, const Seg& s) {
    const char names[] = "FSRPAU";
    for (int i = 0; i < 6; i++) {
        if (s.flags & 1 << i) o << names[i];
    }
    o << " seq " << s.seq << " ack " << s.ack << " len " << s.data.size() << " win " << s.window;
    for (auto [l, r] : s.sacks) o << " sack " << l << "-" << r;
    return o;
}

TcpPeerTest::TcpPeerTest(u32 device_features, u16 mtu) : NetTest(device_features, mtu) {
    introduce(kPeer, kPeerMac);
}

void TcpPeerTest::close_all() {
    for (Ref<Socket>& s : opened_) s->close();
    program = listening = {};
    opened_.clear();
}

TcpPeerTest::~TcpPeerTest() {
    fake::judge_what_is_left();
    close_all();
    // Abort all remaining connections.
    while (Ref<TcpConnection> c = stack->tcp().table().any()) c->abort(Errno::None, platform::now());
    device.sent.clear();
    pass(seconds(120));
}

static void put32(Packet& p, u32 v) {
    for (int i = 24; i >= 0; i -= 8) p.push_back(static_cast<u8>(v >> i));
}

static Packet options_of(const Seg& s, u32 base) {
    Packet o;
    if (s.mss) o.insert(o.end(), {2, 4, u8(s.mss >> 8), u8(s.mss)});
    if (s.sack_ok) o.insert(o.end(), {1, 1, 4, 2});
    if (s.scale >= 0) o.insert(o.end(), {1, 3, 3, u8(s.scale)});
    if (s.ts) {
        o.insert(o.end(), {1, 1, 8, 10});
        put32(o, s.ts->value), put32(o, s.ts->echo);
    }
    if (!s.sacks.empty()) {
        o.insert(o.end(), {1, 1, 5, u8(2 + 8 * s.sacks.size())});
        for (auto [l, r] : s.sacks) put32(o, base + l), put32(o, base + r);
    }
    return o;
}

void TcpPeerTest::say_raw(const TcpFields& fields, const Packet& options_and_data) {
    TcpFields f = fields;
    f.src_port = their_port;
    f.dst_port = our_port;
    receive_ip(packets::tcp_packet({kPeer, kOurs, f, 0}, options_and_data));
}

void TcpPeerTest::say(Seg s) {
    const Packet options = options_of(s, our_iss);
    TcpFields f{.seq = kTheirIss + s.seq,
                .ack = s.flags & kAck ? our_iss + s.ack : 0,
                .flags = s.flags,
                .window = s.window,
                .options_length = options.size()};
    say_raw(f, packets::join(options, s.data));
}

// Answers the stack's ARP requests, which recur as time passes.
void TcpPeerTest::answer_arp() {
    for (usize i = 0; i < device.sent.size();) {
        if (device.sent[i][13] != 0x06) {
            i++;
            continue;
        }
        device.sent.erase(device.sent.begin() + static_cast<long>(i));
        receive_arp(packets::arp(ArpOperation::Reply, kPeerMac, kPeer, kOurMac, kOurs));
    }
}

void TcpPeerTest::pass(Duration d) {
    const Instant until = platform::now() + d;
    while (platform::now() < until) {
        const Duration left = until - platform::now(), step = milliseconds(50);
        fake::world().advance(left < step ? left : step);
        answer_arp();
    }
}

Seg TcpPeerTest::hear() {
    answer_arp();
    EXPECT_FALSE(device.sent.empty()) << "nothing was sent";
    if (device.sent.empty()) return {};
    const SentIp ip(device.take_sent());
    const TcpHeader h = ip.tcp();
    Seg s{.flags = h.flags().bits, .ack = h.ack - kTheirIss, .window = h.window};
    if (!(s.flags & kAck)) s.ack = 0;
    if (s.flags & kSyn && !knows_iss_) our_iss = h.seq, knows_iss_ = true;
    s.seq = h.seq - our_iss;
    s.data = ip.data(h.header_length());
    EXPECT_EQ(h.src_port, our_port);
    HeaderOptions options(Bytes(ip.payload).subspan(20, h.header_length() - 20));
    while (const auto o = options.next()) {
        if (auto v = max_segment_size_of(*o)) s.mss = *v;
        if (auto v = window_scale_of(*o)) s.scale = *v;
        if (auto v = timestamps_of(*o)) s.ts = *v;
        if (is_sack_permitted(*o)) s.sack_ok = true;
        for (const SackBlock& b : sack_blocks_of(*o))
            s.sacks.emplace_back(b.left - kTheirIss, b.right - kTheirIss);
    }
    EXPECT_FALSE(options.malformed());
    return s;
}

std::vector<Seg> TcpPeerTest::hear_all() {
    std::vector<Seg> all;
    while (!silence()) all.push_back(hear());
    return all;
}

Result<usize> TcpPeerTest::send(usize n, int flags) {
    const Packet data = packets::filled(n);
    return program->send({reinterpret_cast<uptr>(data.data())}, n, flags, nullptr);
}

ReadResult TcpPeerTest::receive(usize room, int flags) {
    Packet buffer(room);
    const auto n = program->receive({reinterpret_cast<uptr>(buffer.data())}, room, flags, nullptr);
    buffer.resize(n.ok() ? n.value() : 0);
    return {n.error(), buffer};
}

tcp_info TcpPeerTest::info() {
    tcp_info i{};
    EXPECT_TRUE(program->get_option(IPPROTO_TCP, TCP_INFO, {reinterpret_cast<u8*>(&i), sizeof i}).ok());
    return i;
}

TcpState TcpPeerTest::state() {
    Ref<TcpConnection> c = stack->tcp().table().find({kOurs, kPeer, our_port, their_port}).connection;
    return c ? c->state() : TcpState::Closed;
}

void TcpPeerTest::listen(int backlog) {
    listening = socket();
    EXPECT_TRUE(listening->bind({{}, kOurPort}).ok());
    EXPECT_TRUE(listening->listen(backlog).ok());
}

void TcpPeerTest::accept_one(Seg syn) {
    if (!listening) listen();
    say(syn);
    const Seg answer = hear();
    EXPECT_TRUE(answer.is(kSyn | kAck, 0, 1)) << answer;
    Seg ack{.seq = 1, .ack = 1};
    if (syn.ts) ack.ts = {{syn.ts->value, answer.ts ? u32{answer.ts->value} : 0}};
    if (round_trip.ns) pass(round_trip);
    say(ack);
    auto accepted = listening->accept(false);
    EXPECT_EQ(accepted.error(), Errno::None);
    if (accepted.ok()) program = keep(std::move(accepted).value());
}

void TcpPeerTest::start_connect() {
    program = socket();
    their_port = 80;
    EXPECT_EQ(program->connect({kPeer, 80}, false).error(), Errno::InProgress);
    our_port = program->local().inet()->port;
    const Seg syn = hear();
    EXPECT_TRUE(syn.is(kSyn, 0, 0)) << syn;
}

void TcpPeerTest::connect_one(Seg syn_ack) {
    start_connect();
    syn_ack.ack = 1;
    say(syn_ack);
    const Seg ack = hear();
    EXPECT_TRUE(ack.is(kAck, 1, 1)) << ack;
}
