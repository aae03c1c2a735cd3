// Two stacks back to back over a wire that is as unkind as the standard allows. Nothing may be lost, nothing
// may be sent without credit, and nothing may be left.
#include "vsock_wire.h"

#include "socket_listing.h"
#include "vsock_socket_kit.h"

using namespace vsock_socket_kit;

namespace {

constexpr u32 kPort = 5000;

u8 byte_at(u32 stream, usize i) { return static_cast<u8>(i * 7 + i / 251 + stream * 13); }

// One direction of a connection: what was sent and what has arrived.
struct Direction {
    Direction(u32 i, usize bytes) : id(i), wanted(bytes) {}
    const u32 id;
    const usize wanted;  // bytes to send in all
    usize sent = 0, received = 0;
    std::deque<usize> messages;  // lengths, sent and not received
    bool shut = false, ended = false;
};

class TwoVsocks : public NetTest {
  protected:
    TwoVsocks() {
        fake::world().on_wait = [] { return fake::world().advance(microseconds(100)), Result<>(); };
    }
    ~TwoVsocks() override {
        fake::judge_what_is_left();
        talks_.clear();
        settle();
        fake::world().on_wait = nullptr;
    }
    void begin(u64 seed) {
        settle();
        talks_.clear();
        settle();
        wire = std::make_unique<fake::VsockWire>(seed);
        other = std::make_unique<net::Stack>();
        stack = std::make_unique<net::Stack>();
        EXPECT_OK(stack->vsock().add_device(wire->left));
        EXPECT_OK(other->vsock().add_device(wire->right));
    }
    // Until connections that close have ended.
    static void settle() { fake::world().advance(seconds(20)); }

    struct Talk {
        OpenSocket sockets[2];
        int type;
        Direction ways[2];  // ways[i]: what sockets[i] sends
        bool cut = false;   // by a reset: what arrives is the beginning of what was sent
        bool is_over() const { return ways[0].ended && ways[1].ended; }
    };

    OpenSocket open(net::Stack& on, int type, u64 buffer) {
        auto s = on.open_socket(AF_VSOCK, type, 0);
        EXPECT_OK(s);
        OpenSocket socket(std::move(s).value());
        EXPECT_OK(set_buffer(socket, buffer));
        return socket;
    }
    static Result<> set_buffer(OpenSocket& s, u64 bytes) {
        return s->set_option(AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE,
                             {reinterpret_cast<const u8*>(&bytes), sizeof bytes});
    }
    u64 any_buffer() {
        constexpr u64 kSizes[] = {128, 129, 500, 2000, 4096, 65536, 256 << 10};
        return kSizes[wire->random(0, 6)];
    }

    // A connection, opened by either stack.
    void add_talk(u32 id) {
        const bool from_other = wire->random(0, 1);
        net::Stack &to = from_other ? *stack : *other, &from = from_other ? *other : *stack;
        const int type = wire->random(0, 2) ? SOCK_STREAM : SOCK_SEQPACKET;
        OpenSocket l = open(to, type, any_buffer()), c = open(from, type, any_buffer());
        EXPECT_OK(l->bind(VsockAddr{VMADDR_CID_ANY, kPort + id}));
        EXPECT_OK(l->listen(1));
        EXPECT_OK(c->connect(VsockAddr{from_other ? 3u : 4u, kPort + id}, true));
        auto accepted = l->accept(true);
        EXPECT_OK(accepted);
        talks_.push_back({{std::move(c), OpenSocket(std::move(accepted).value())},
                          type,
                          {{2 * id, wire->random(0, 60'000)}, {2 * id + 1, wire->random(0, 60'000)}}});
    }

    void step(Talk& t) {
        const u32 side = wire->random(0, 1);
        if (wire->random(0, 1)) return receive_some(t, t.sockets[side], t.ways[1 - side]);
        if (t.type == SOCK_STREAM && wire->random(0, 30) == 0)
            EXPECT_OK(set_buffer(t.sockets[side], any_buffer()));
        else
            send_some(t, t.sockets[side], t.ways[side]);
    }

    void send_some(Talk& t, OpenSocket& s, Direction& d) {
        if (d.shut) return;
        if (d.sent == d.wanted) {
            d.shut = true;
            const auto done = s->shutdown(SHUT_WR);
            EXPECT_TRUE(done.ok() || t.cut);
            return;
        }
        constexpr usize kSizes[] = {1, 10, 128, 513, 1973, 30'000};
        Packet p(std::min(kSizes[wire->random(0, 5)], d.wanted - d.sent));
        for (usize i = 0; i < p.size(); i++) p[i] = byte_at(d.id, d.sent + i);
        const auto n = s->send(at(p.data()), p.size(), MSG_DONTWAIT, nullptr);
        if (n.ok()) {
            d.sent += n.value();
            d.messages.push_back(n.value());
            EXPECT_TRUE(n.value() == p.size() || t.type == SOCK_STREAM) << "a part of a message";
        } else if (t.cut) {
            d.shut = true;
        } else {
            EXPECT_TRUE(n.error() == Errno::Again || n.error() == Errno::MsgSize) << describe(n.error());
        }
    }

    void receive_some(Talk& t, OpenSocket& s, Direction& d) {
        if (d.ended) return;
        const bool messages = t.type == SOCK_SEQPACKET;
        static u8 room[30'000];
        const usize most = messages ? sizeof room : wire->random(1, 20'000);
        const auto n = s->receive(at(room), most, MSG_DONTWAIT, nullptr);
        if (n.error() == Errno::Again) return;
        EXPECT_TRUE(n.ok() || t.cut) << describe(n.error());
        if (!n.ok() || n.value() == 0) {
            d.ended = true;
            EXPECT_TRUE(t.cut || (d.shut && d.received == d.sent)) << d.received << " of " << d.sent;
            return;
        }
        for (usize i = 0; i < n.value(); i++)
            ASSERT_EQ(room[i], byte_at(d.id, d.received + i)) << "byte " << d.received + i;
        d.received += n.value();
        if (!messages) return;
        EXPECT_EQ(n.value(), d.messages.front());
        d.messages.pop_front();
    }

    // Until all is sent and received. Fails if nothing moves for long.
    void talk(int reset_at = -1) {
        for (int i = 0; i < 200'000; i++) {
            if (i == reset_at) cut();
            bool is_over = true;
            for (Talk& t : talks_) {
                if (!t.is_over()) step(t);
                is_over &= t.is_over();
            }
            if (is_over && i >= reset_at) return;
            fake::world().advance(microseconds(wire->random(0, 200)));
            if (HasFailure()) return;
        }
        for (Talk& t : talks_)
            for (Direction& d : t.ways)
                ADD_FAILURE() << "stalled: " << d.received << " received of " << d.sent << " sent of "
                              << d.wanted << (d.shut ? ", shut" : "") << (d.ended ? ", ended" : "");
    }
    void cut() {
        wire->reset();
        for (Talk& t : talks_) t.cut = true;
    }

    void expect_no_complaint() {
        for (net::Stack* s : {stack.get(), other.get()})
            for (const Stat stat :
                 {Stat::vsock_bad, Stat::vsock_not_for_us, Stat::vsock_overrun, Stat::vsock_false_credit,
                  Stat::vsock_wrong_op, Stat::vsock_wrong_type, Stat::vsock_no_room, Stat::vsock_timed_out})
                EXPECT_EQ(s->count(stat), 0u) << static_cast<int>(stat);
    }

    std::unique_ptr<fake::VsockWire> wire;
    std::unique_ptr<net::Stack> other;
    std::vector<Talk> talks_;
};

TEST_F(TwoVsocks, LoseNothingWithAnyBuffers) {
    u64 refusals = 0;
    for (u64 seed = 0; seed < 15 && !HasFailure(); seed++) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        begin(seed);
        const u64 before = mbuf_usage().in_use();
        for (u32 id = wire->random(1, 5); id > 0; id--) add_talk(id);
        talk();
        expect_no_complaint();
        talks_.clear();
        settle();
        EXPECT_EQ(mbuf_usage().in_use(), before);
        EXPECT_EQ(listed_in(stack->vsock().table()), 0u);
        EXPECT_EQ(listed_in(other->vsock().table()), 0u);
        refusals += wire->refusals;
    }
    EXPECT_GT(refusals, 20u) << "the queues are never full";
}

TEST_F(TwoVsocks, SurviveAResetOfTheTransportAtAnyMoment) {
    for (u64 seed = 1000; seed < 1015 && !HasFailure(); seed++) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        begin(seed);
        const u64 before = mbuf_usage().in_use();
        for (u32 id = wire->random(1, 5); id > 0; id--) add_talk(id);
        talk(static_cast<int>(wire->random(0, 100)));
        talks_.clear();
        settle();
        EXPECT_EQ(mbuf_usage().in_use(), before);
        add_talk(9);
        talk();
    }
}

}  // namespace
