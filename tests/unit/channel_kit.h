// A channel and its program, for tests. The program is not trusted by the stack, so tests may do with its
// memory what they like.
#pragma once

#include <vector>

#include "abi/channel_ring.h"
#include "net_test.h"

using packets::Packet;

// What a program does with its channel.
class ChannelUser {
  public:
    explicit ChannelUser(Ref<net::Channel> c)
        : channel(std::move(c)),
          memory(*channel->memory()),
          rx{&memory.receive_ring(), memory.receive_slots(), memory.slots(), 0, 0},
          tx{&memory.transmit_ring(), memory.transmit_slots(), memory.slots(), 0, 0} {}
    ChannelUser(ChannelUser&&) = default;
    ~ChannelUser() { close(); }
    void close() {
        if (channel) std::exchange(channel, {})->close();
    }
    net::Channel* operator->() const { return channel.get(); }

    u8* at(u32 buffer) { return static_cast<u8*>(memory.page(3 + buffer / 2)) + buffer % 2 * CHANNEL_BUFFER; }
    // Lends empty buffers: the next n, from `first` on.
    void lend(u32 n, u32 first = 0, u16 room = CHANNEL_BUFFER) {
        for (u32 i = 0; i < n; i++) post(rx, {first + i, 0, room, 0, 0, 0});
        (void)channel_publish(&rx);
    }
    void post(channel_program& ring, const channel_slot& slot) {
        channel_slot* next = channel_next(&ring);
        ASSERT_TRUE(next) << "the ring is full";
        *next = slot;
        channel_post(&ring);
    }
    // Posts a frame for sending, in slots of at most `each` bytes, from buffer `first` on.
    void post_frame(const Packet& frame, u16 flags = 0, u16 segment = 0, usize each = CHANNEL_BUFFER,
                    u32 first = 0) {
        for (usize from = 0; from < frame.size() || from == 0; from += each, first++) {
            const usize n = std::min(each, frame.size() - from);
            std::copy_n(frame.data() + from, n, at(first));
            const bool more = from + n < frame.size();
            post(tx, {first, 0, static_cast<u16>(n), static_cast<u16>(more ? flags | CHANNEL_MORE : flags),
                      segment, 1});
            if (frame.empty()) break;
        }
        (void)channel_publish(&tx);
    }
    // Sends a frame; returns the status of its completion. 1: it is not complete.
    int send(const Packet& frame, u16 flags = 0, u16 segment = 0, usize each = CHANNEL_BUFFER) {
        post_frame(frame, flags, segment, each);
        channel->kick();
        return reap_status();
    }
    int reap_status() {
        const u32 n = channel_completions(&tx);
        if (n == 0) return 1;
        const int status = channel_completion(&tx)->status;
        channel_reap(&tx, n);
        return status;
    }
    // The received frames, put together from their slots.
    std::vector<Packet> received() {
        std::vector<Packet> all;
        bool more = false;
        for (; channel_completions(&rx) > 0; channel_reap(&rx, 1)) {
            const channel_slot s = *channel_completion(&rx);
            if (!more) all.emplace_back();
            all.back().insert(all.back().end(), at(s.buffer) + s.offset, at(s.buffer) + s.offset + s.length);
            more = s.flags & CHANNEL_MORE;
            last_flags = s.flags;
        }
        EXPECT_FALSE(more) << "an unfinished frame";
        return all;
    }
    u64 no_buffer() { return channel->state().counters.no_buffer; }

    Ref<net::Channel> channel;
    net::ChannelMemory& memory;
    channel_program rx, tx;
    u16 last_flags = 0;
};

inline constexpr net::IpProtocol kUdp = net::IpProtocol::Udp, kTcp = net::IpProtocol::Tcp;

class ChannelTest : public NetTest {
  protected:
    using NetTest::NetTest;
    ~ChannelTest() override {
        fake::judge_what_is_left();
        EXPECT_EQ(stack->channels().count(), 0u) << "channels leaked";
    }

    ChannelUser open(u32 slots = 128, u32 buffers = 128, bool raw = false, int owner = 7) {
        auto c = stack->channels().create(*interface, owner, slots, buffers, raw);
        EXPECT_OK(c);
        return ChannelUser(std::move(c).value());
    }
    static Result<> claim(ChannelUser& user, net::IpProtocol protocol, u16 port, net::Ipv4Addr local = {},
                          net::Ipv4Addr remote = {}, u16 remote_port = 0) {
        net::EndpointKey key{protocol, port, remote_port, local, remote};
        return user->claim(key);
    }
    // A channel with one flow, and buffers lent.
    ChannelUser open_flow(net::IpProtocol protocol, u16 port) {
        ChannelUser user = open();
        EXPECT_OK(claim(user, protocol, port));
        user.lend(32);
        return user;
    }

    // Frames from the gateway to us, and from us to the gateway.
    static Packet udp_to(u16 port, const Packet& payload = packets::text("hello")) {
        return packets::ether(kOurMac, kGatewayMac, net::EtherType::Ipv4,
                              packets::udp_packet({kGateway, kOurs, 9000, port}, payload));
    }
    static Packet udp_from(u16 port, const Packet& payload = packets::text("hello")) {
        return packets::ether(kGatewayMac, kOurMac, net::EtherType::Ipv4,
                              packets::udp_packet({kOurs, kGateway, port, 9000}, payload));
    }
    static Packet tcp_to(u16 port, u16 flags = net::TcpFlags::Syn) {
        return packets::ether(kOurMac, kGatewayMac, net::EtherType::Ipv4,
                              packets::tcp_packet({kGateway, kOurs, {9000, port, 5, 0, flags, 1000, 0}}, {}));
    }
    static Packet tcp_from(u16 port, const Packet& payload = {}) {
        return packets::ether(
            kGatewayMac, kOurMac, net::EtherType::Ipv4,
            packets::tcp_packet({kOurs, kGateway, {port, 9000, 5, 0, net::TcpFlags::Ack, 1000, 0}}, payload));
    }
};
