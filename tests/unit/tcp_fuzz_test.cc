// Random segments, options and calls for a connection in every state. Nothing panics, hangs, leaks or
// overruns (the sanitizers check), and each sent segment is well-formed (the fixture checks).
#include <cstdlib>
#include <random>

#include "tcp_peer.h"

using namespace net;
using packets::Packet;

namespace {

struct TcpFuzz : TcpPeerTest, ::testing::WithParamInterface<int> {
    std::mt19937_64 random{static_cast<u64>(GetParam())};
    u32 below(u32 n) { return static_cast<u32>(random() % n); }

    // A random number, mostly close to a boundary.
    u32 number(u32 base) {
        switch (below(6)) {
            case 0: return static_cast<u32>(random());
            case 1: return base + below(200'000);
            case 2: return base - below(2000);
            default: return base + below(3000);
        }
    }
    Packet options() {
        Packet o;
        const usize words = below(11);
        while (o.size() < words * 4) {
            static constexpr u8 kKinds[] = {0, 1, 2, 3, 4, 5, 8, 5, 8, 34};
            o.push_back(kKinds[below(10)]);
            if (below(2)) o.push_back(static_cast<u8>(below(14)));
            for (u32 i = below(10); i > 0; i--) o.push_back(static_cast<u8>(random()));
        }
        o.resize(words * 4);
        return o;
    }
    u16 flags() {
        static constexpr u16 kUsual[] = {kAck,        kAck,        kAck, kAck | kPsh, kSyn,
                                         kSyn | kAck, kFin | kAck, kRst, kRst | kAck};
        return below(8) ? kUsual[below(9)] : static_cast<u16>(below(512));
    }
    void say_anything() {
        Ref<TcpConnection> c = stack->tcp().table().any();
        const tcp_info i = c ? c->info() : tcp_info{};
        const Packet o = below(3) ? Packet{} : options();
        const u32 rcv = kTheirIss + 1 + static_cast<u32>(i.tcpi_bytes_received);
        const u32 snd = our_iss + 1 + static_cast<u32>(i.tcpi_bytes_sent) - (below(2) ? i.tcpi_unacked : 0);
        TcpFields f{.seq = below(2) ? rcv : number(rcv),
                    .ack = below(2) ? snd : number(snd),
                    .flags = flags(),
                    .window = static_cast<u16>(below(3) ? 65535 : random()),
                    .options_length = o.size()};
        say_raw(f, packets::join(o, packets::filled(below(3) ? 0 : below(1400))));
    }
    void call_anything() {
        if (!program) return;
        switch (below(8)) {
            case 0: (void)send(below(20'000)); break;
            case 1: (void)send(below(100)); break;
            case 2:
            case 3: (void)receive(1 + below(5000)); break;
            case 4: (void)receive(1 + below(5000), MSG_DONTWAIT | MSG_PEEK); break;
            case 5: (void)info(); break;
            case 6:
                if (below(20) == 0) (void)program->shutdown(static_cast<int>(below(3)));
                break;
            case 7:
                if (below(60) == 0) program->close(), program = {};
                break;
        }
    }
    void begin() {
        their_port = static_cast<u16>(1024 + below(60'000));
        our_port = kOurPort;
        if (below(2)) {
            program = socket();
            their_port = 80;
            (void)program->connect({kPeer, 80}, false);
            ASSERT_TRUE(program->local().inet());
            our_port = program->local().inet()->port;
        } else {
            say({.flags = kSyn,
                 .mss = u16(below(2000)),
                 .scale = int(below(16)) - 1,
                 .sack_ok = below(2) == 0});
        }
        learn();
    }
    // Checks the sent segments, and learns our ISN from a SYN.
    void learn() {
        while (!silence()) {
            const SentIp ip(device.take_sent());
            const TcpHeader h = ip.tcp();
            EXPECT_GE(h.header_length(), 20u);
            EXPECT_LE(ip.payload.size(), 1480u);
            if (h.flags().syn()) our_iss = h.seq;
        }
    }
};

TEST_P(TcpFuzz, NothingBreaks) {
    listen(4);
    for (int round = 0; round < 12; round++) {
        begin();
        for (int i = 0; i < 150; i++) {
            if (below(3)) say_anything();
            if (below(2)) call_anything();
            if (below(12) == 0) pass(milliseconds(below(400)));
            if (below(200) == 0) pass(seconds(below(70)));
            auto accepted = listening->accept(false);
            if (accepted.ok()) program = keep(std::move(accepted).value());
            learn();
        }
        if (program && below(2)) program->close();
        program = {};
    }
}
// For a longer run: FUZZ_SEEDS=5000 build/host/unit_tests --gtest_filter='*TcpFuzz*'
int last_seed() {
    const char* wanted = std::getenv("FUZZ_SEEDS");
    return wanted ? std::atoi(wanted) : 40;
}
INSTANTIATE_TEST_SUITE_P(Seeds, TcpFuzz, ::testing::Range(1, last_seed() + 1));

}  // namespace
