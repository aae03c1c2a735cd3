// Random attacks by seed: hostile hosts use up as much memory as they can. An honest host then connects and
// can transfer data both ways. Afterwards nothing is leaked.
#include <random>

#include "crowd.h"

using namespace net;
using packets::filled;
using packets::Packet;
using packets::text;

namespace {

class Storm : public CrowdTest, public ::testing::WithParamInterface<unsigned> {
  protected:
    u32 upto(u32 n) { return static_cast<u32>(random_() % n); }

    // The behaviour of a hostile connection.
    enum Manner { Holes, LargeHoles, EarlyFin, Crumbs, ClosedWindow, Anything, kManners };
    struct Hostile {
        Guest guest;
        Manner manner;
        u32 next = 1;
    };

    void gather() {
        listen(128);
        const u32 n = 20 + upto(50), hosts = 1 + upto(n);
        for (u16 i = 0; i < n; i++) {
            const auto manner = static_cast<Manner>(upto(kManners));
            const u16 window = manner == ClosedWindow ? 0 : 65535;
            hostile_.push_back({enter(host(upto(hosts)), static_cast<u16>(5000 + i), window), manner});
        }
        for (u16 i = 0; i < 20; i++) unread_.push_back(udp_socket(kGateway, static_cast<u16>(2000 + i)));
    }

    void act(Hostile& h) {
        const Guest& g = h.guest;
        switch (h.manner) {
            case Holes: return say(g, {.seq = h.next += 2, .data = text("x")});
            case LargeHoles: return say(g, {.seq = 2 + upto(65'000), .data = filled(1 + upto(1400))});
            case EarlyFin:
                return say(g, {.seq = 50'000 - upto(40'000),
                               .data = filled(upto(100)),
                               .flags = TcpFlags::Fin | TcpFlags::Ack});
            case Crumbs:
                say(g, {.seq = h.next, .data = filled(1 + upto(700))});
                hear(h.guest);
                h.next = h.guest.acked ? h.guest.acked : 1;
                return;
            case ClosedWindow: write_all(g); return say(g, {.window = 0});
            default:
                return say(g, {.seq = upto(70'000),
                               .data = filled(upto(1460)),
                               .ack = upto(3),
                               .window = static_cast<u16>(upto(3))});
        }
    }

    // Attacks without a connection.
    void flood() {
        const Ipv4Addr from = host(upto(1000)), neighbour{10, 0, 2, static_cast<u8>(20 + upto(200))};
        switch (upto(4)) {
            case 0: {
                Guest g{.addr = from, .port = static_cast<u16>(upto(60'000)), .iss = upto(1 << 30)};
                (void)knock(g);
                return;
            }
            case 1: return receive_ip(to_socket(*unread_[upto(20)], filled(upto(1000))));
            case 2:
                return receive_ip(
                    packets::ipv4({.src = from, .dst = kOurs, .protocol = 17, .flags_offset = 0x2000},
                                  filled(8 * (1 + upto(100)))));
            default:
                return receive_ip(packets::ipv4({.src = neighbour, .dst = kOurs, .protocol = 1},
                                                packets::icmp(IcmpType::EchoRequest, 0, 1, 1, filled(8))));
        }
    }

    void rage(unsigned times) {
        for (unsigned i = 0; i < times; i++) {
            act(hostile_[upto(static_cast<u32>(hostile_.size()))]);
            flood();
            hear_all({});
        }
    }

    // Connects; retransmits lost SYNs.
    Guest come_in() {
        Guest g{.addr = {203, 0, 113, 7}, .port = 4711, .iss = upto(1 << 30)};
        for (int i = 0; i < 5 && !knock(g, true); i++) pass(seconds(1));
        say(g, {});
        const auto accepted = listening->accept(false);
        EXPECT_TRUE(accepted.ok()) << "not accepted";
        if (accepted.ok()) g.program = keep(accepted.value());
        return g;
    }

    std::mt19937 random_{GetParam()};
    std::vector<Hostile> hostile_;
    std::vector<OpenSocket> unread_;
};

TEST_P(Storm, ServesAnHonestHost) {
    gather();
    rage(3000);
    Guest g = come_in();
    ASSERT_TRUE(g.program);
    attentive = &g;
    const Packet stream = filled(50'000);
    constexpr u32 kBack = 50'000;
    Packet got;
    usize written = 0;
    for (int round = 0; round < 600 && (got.size() < stream.size() || g.heard <= kBack); round++) {
        rage(10);
        for (usize i = 0, at = std::max(g.acked, 1u) - 1; i < 4 && at < stream.size(); i++, at += 1000)
            say(g, {.seq = static_cast<u32>(at + 1),
                    .data = Packet(stream.begin() + long(at),
                                   stream.begin() + long(std::min(at + 1000, stream.size()))),
                    .ack = g.heard});
        got = packets::join(got, read_all(g));
        written += write_all(g, kBack - written);
        pass(milliseconds(50));
        hear_all({});
        say(g, {.seq = g.acked ? g.acked : 1, .ack = g.heard});
    }
    EXPECT_EQ(got.size(), stream.size());
    EXPECT_TRUE(got == stream);
    EXPECT_EQ(g.heard, kBack + 1);
    EXPECT_FALSE(g.reset);
    EXPECT_LE(mbufs_held(),
              Inet::kMaxQueued + Tcp::kMaxSendMbufs + Reassembly::kMaxFragments + ArpCache::kMaxWaiting);
    attentive = nullptr;
    device.sent.clear();
}

INSTANTIATE_TEST_SUITE_P(BySeed, Storm, ::testing::Range(1u, 13u));

}  // namespace
