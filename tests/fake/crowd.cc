#include "crowd.h"

#include <algorithm>

#include "net/wire/tcp_options.h"
#include "socket_listing.h"

using namespace net;
using packets::Packet;

CrowdTest::CrowdTest() { introduce(kGateway, kGatewayMac); }

CrowdTest::~CrowdTest() {
    fake::judge_what_is_left();
    for (Ref<Socket>& s : opened_) s->close();
    opened_.clear();
    listening = {};
    while (Ref<TcpConnection> c = stack->tcp().table().any()) c->abort(Errno::None, platform::now());
    device.sent.clear();
    pass(seconds(130));
    device.sent.clear();
}

void CrowdTest::listen(int backlog) {
    listening = keep(value_of(open_tcp(*stack)));
    EXPECT_TRUE(listening->bind({{}, 80}).ok());
    EXPECT_TRUE(listening->listen(backlog).ok());
}

void CrowdTest::send_syn(const Guest& g, bool sack_ok) {
    TcpFields f{.src_port = g.port,
                .dst_port = 80,
                .seq = g.iss,
                .flags = TcpFlags::Syn,
                .window = 65535,
                .options_length = sack_ok ? 8u : 4u};
    Packet options{2, 4, 5, 180};
    if (sack_ok) options.insert(options.end(), {1, 1, 4, 2});
    receive_ip(packets::tcp_packet({g.addr, kOurs, f, 0}, options));
}

bool CrowdTest::knock(Guest& g, bool sack_ok) {
    send_syn(g, sack_ok);
    g.our_iss = 0;
    hear(g);
    return g.our_iss != 0;
}

CrowdTest::Guest CrowdTest::enter(Ipv4Addr addr, u16 port, u16 window) {
    if (!listening) listen(128);
    Guest g{.addr = addr, .port = port, .iss = 0xffff'ff00u + port};
    EXPECT_TRUE(knock(g, true)) << "no SYN-ACK";
    say(g, {.window = window});
    const auto accepted = listening->accept(false);
    EXPECT_TRUE(accepted.ok());
    if (accepted.ok()) g.program = keep(accepted.value());
    return g;
}

void CrowdTest::say(const Guest& g, const Words& w) {
    const TcpFields f{.src_port = g.port,
                      .dst_port = 80,
                      .seq = g.iss + w.seq,
                      .ack = g.our_iss + w.ack,
                      .flags = w.flags,
                      .window = w.window};
    receive_ip(packets::tcp_packet({g.addr, kOurs, f, 0}, w.data));
}

void CrowdTest::hear_all(std::vector<Guest*> guests) {
    if (attentive) guests.push_back(attentive);
    while (!device.sent.empty()) {
        const Packet frame = device.take_sent();
        if (frame[13] == 0x06) {
            receive_arp(packets::arp(ArpOperation::Reply, kGatewayMac, kGateway, kOurMac, kOurs));
            continue;
        }
        const SentIp ip(frame);
        if (ip.ip.protocol != 6) continue;
        const TcpHeader h = ip.tcp();
        for (Guest* g : guests) {
            if (ip.ip.dst != g->addr || h.dst_port != g->port) continue;
            if (h.flags().syn()) g->our_iss = h.seq;
            if (h.flags().rst()) g->reset = true;
            if (h.flags().ack()) g->acked = h.ack - g->iss;
            const u32 seq = h.seq - g->our_iss, length = static_cast<u32>(ip.data(h.header_length()).size());
            if (seq == g->heard) g->heard += length + u32{h.flags().fin()};
            g->sacks.clear();
            HeaderOptions options(Bytes(ip.payload).subspan(20, h.header_length() - 20));
            while (const auto o = options.next()) {
                for (const SackBlock& b : sack_blocks_of(*o))
                    g->sacks.emplace_back(b.left - g->iss, b.right - g->iss);
            }
        }
    }
}

usize CrowdTest::write_all(const Guest& g, usize at_most) {
    const Packet piece = packets::filled(8192);
    usize done = 0;
    while (done < at_most) {
        const usize n = std::min(piece.size(), at_most - done);
        const auto r = g.program->send({reinterpret_cast<uptr>(piece.data())}, n, MSG_DONTWAIT, nullptr);
        if (!r.ok()) break;
        done += r.value();
    }
    return done;
}

Packet CrowdTest::read_all(const Guest& g) {
    Packet all, buffer(4096);
    for (;;) {
        const auto r =
            g.program->receive({reinterpret_cast<uptr>(buffer.data())}, buffer.size(), MSG_DONTWAIT, nullptr);
        if (!r.ok() || r.value() == 0) return all;
        all.insert(all.end(), buffer.begin(), buffer.begin() + static_cast<long>(r.value()));
    }
}

bool CrowdTest::transfer(Guest& g, const Packet& stream, usize rounds, usize burst) {
    Packet got;
    g.acked = std::max(g.acked, 1u);
    for (usize r = 0; r < rounds && got.size() < stream.size() && !g.reset; r++) {
        for (usize i = 0, at = g.acked - 1; i < burst && at < stream.size(); i++, at += 1460) {
            const usize end = std::min(at + 1460, stream.size());
            say(g, {.seq = static_cast<u32>(at + 1),
                    .data = Packet(stream.begin() + static_cast<long>(at),
                                   stream.begin() + static_cast<long>(end))});
        }
        const Packet more = read_all(g);
        got.insert(got.end(), more.begin(), more.end());
        pass(milliseconds(50));
        hear(g);
    }
    return got == stream;
}

void CrowdTest::pass(Duration d) {
    const Instant until = platform::now() + d;
    while (platform::now() < until) {
        const Duration left = until - platform::now(), step = milliseconds(50);
        fake::world().advance(left < step ? left : step);
        for (usize i = 0; i < device.sent.size();) {
            if (device.sent[i][13] != 0x06) {
                i++;
                continue;
            }
            device.sent.erase(device.sent.begin() + static_cast<long>(i));
            receive_arp(packets::arp(ArpOperation::Reply, kGatewayMac, kGateway, kOurMac, kOurs));
        }
    }
}

usize CrowdTest::connections() const { return listed_in(stack->tcp().table()); }
