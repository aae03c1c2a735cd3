// DHCP messages from servers: malformed, truncated and random ones.
#include <random>

#include "dhcp_server.h"

using namespace dhcp_kit;
using dhcp::Reply;

namespace {

const Packet kEnd{255};

std::optional<Reply> parse(const Answer& a) { return Reply::parse(message_of(a)); }

// All options of an ACK, with these at the end and no end mark.
Packet ack_with(const Packet& more) {
    Packet p = packets::join(option(53, {5}), option(54, address(kServer)));
    return packets::join(packets::join(p, option(51, number(60))), more);
}

TEST(DhcpMessage, PaddingAndUnknownOptionsAreSkipped) {
    const auto r = parse({.more = {0, 0, 43, 3, 1, 2, 3, 0, 121, 0}});
    ASSERT_TRUE(r);
    EXPECT_EQ(r->yours, kLent);
    EXPECT_EQ(*r->lease_seconds, 3600u);
}

TEST(DhcpMessage, NothingCountsBehindTheEnd) {
    const auto r = parse({.all = packets::join(ack_with(kEnd), option(6, {1, 2, 3}))});
    ASSERT_TRUE(r);
    EXPECT_EQ(r->name_server_count, 0);
}

TEST(DhcpMessage, AListWithoutAnEndIsRefused) {
    EXPECT_TRUE(parse({.all = ack_with(kEnd)}));
    EXPECT_FALSE(parse({.all = ack_with({})}));
    EXPECT_FALSE(parse({.all = ack_with({0, 0, 0})}));
    EXPECT_FALSE(parse({.all = Packet{}}));
}

TEST(DhcpMessage, AWrongLengthOrValueIsRefused) {
    const Packet kWrongs[] = {
        {1},                           // a code at the end
        {1, 4, 255},                   // longer than the rest
        option(1, {255, 255, 255}),    // a mask of three bytes
        option(1, {255, 0, 255, 0}),   // with a gap
        option(3, {}),                 // no router
        option(3, {10, 0, 2}),         // part of one
        option(6, {10, 0, 2, 3, 10}),  // one name server and a part
        option(26, {5}),               // an MTU of one byte
        option(26, {0, 67}),           // below RFC 791's least
        option(51, {1, 2, 3}),         // lease time
        option(58, {1, 2, 3, 4, 5}),   // T1
        option(59, {}),                // T2
        option(53, {5, 5}),            // type
        option(54, {10, 0, 2}),        // server
        option(54, {0, 0, 0, 0}),      // server 0.0.0.0
        option(52, {}),                // overload
        option(52, {4}),               // overload of an unknown field
    };
    for (const Packet& wrong : kWrongs)
        EXPECT_FALSE(parse({.all = packets::join(ack_with(wrong), kEnd)})) << "option " << int{wrong[0]};
}

TEST(DhcpMessage, WhatATypeNeedsMustBeThere) {
    const Packet type = option(53, {5}), server = option(54, address(kServer)),
                 lease = option(51, number(60));
    const auto with = [](std::initializer_list<Packet> parts) {
        Packet p;
        for (const Packet& part : parts) p = packets::join(p, part);
        return parse({.all = packets::join(p, kEnd)}).has_value();
    };
    EXPECT_TRUE(with({type, server, lease}));
    EXPECT_FALSE(with({server, lease})) << "BOOTP";
    EXPECT_FALSE(with({type, lease}));
    EXPECT_FALSE(with({type, server}));
    EXPECT_TRUE(with({option(53, {6}), server})) << "a NAK needs no lease";
    EXPECT_FALSE(with({option(53, {6})}));
    for (u8 t : {0, 1, 3, 4, 7, 8, 9, 255}) EXPECT_FALSE(with({option(53, {t}), server, lease})) << int{t};
}

TEST(DhcpMessage, OptionsMayContinueInTheFieldsForFileAndServerName) {
    const Packet dns = packets::join(option(6, address(kDns)), kEnd);
    const Packet router = packets::join(option(3, address(kServer)), kEnd);
    const auto both = parse({.more = option(52, {3}), .file = dns, .server_name = router});
    ASSERT_TRUE(both);
    EXPECT_EQ(both->name_servers[0], kDns);
    EXPECT_EQ(both->router, kServer);
    const auto file = parse({.more = option(52, {1}), .file = dns, .server_name = router});
    ASSERT_TRUE(file);
    EXPECT_EQ(file->name_servers[0], kDns);
    EXPECT_EQ(file->router, Ipv4Addr());
    const auto none = parse({.file = dns, .server_name = router});
    ASSERT_TRUE(none);
    EXPECT_EQ(none->name_server_count, 0);
}

TEST(DhcpMessage, AFieldMustHaveItsEndAndMayNotAddAField) {
    EXPECT_FALSE(parse({.more = option(52, {1}), .file = Packet(128, 0)}));
    EXPECT_FALSE(parse({.more = option(52, {1}), .file = Packet(128, 'x')}));
    EXPECT_FALSE(parse({.more = option(52, {2}), .server_name = {12, 63}}))
        << "it would reach into the next field";
    EXPECT_FALSE(parse({.more = option(52, {1}), .file = packets::join(option(52, {3}), kEnd)}));
}

TEST(DhcpMessage, ALongListMayComeInParts) {
    const auto r = parse({.more = packets::join(option(6, address(kDns)), option(6, address(kServer)))});
    ASSERT_TRUE(r);
    EXPECT_EQ(r->name_server_count, 2);
}

TEST(DhcpMessage, CutAtAnyLengthItIsRefused) {
    const Packet whole = message_of({.more = option(6, address(kDns))});
    for (usize n = 0; n < whole.size(); n++) {
        const Packet cut(whole.begin(), whole.begin() + static_cast<long>(n));
        EXPECT_FALSE(Reply::parse(cut)) << n;
    }
    EXPECT_TRUE(Reply::parse(whole));
}

TEST(DhcpMessage, RandomOptionsAreParsedOrRefused) {
    std::mt19937 random(1);
    unsigned accepted = 0;
    for (int i = 0; i < 10'000; i++) {
        Packet junk(random() % 60);
        for (u8& b : junk) b = static_cast<u8>(random() % 4 ? random() % 64 : random());
        accepted += parse({.more = junk}).has_value();
    }
    EXPECT_GT(accepted, 20u);
}

// --- whole frames, in every state

TEST_F(DhcpTest, AnyFrameInAnyStateIsSurvived) {
    std::mt19937 random(7);
    for (int round = 0; round < 3000; round++) {
        const auto choice = random() % 8;
        if (choice == 0) client.start(now);
        if (choice == 1 && round % 5 == 0) client.stop(now);
        if (choice == 2) pass(seconds(random() % 500));
        if (!sent.empty() && !is_arp(sent.back())) xid = Said(sent.back()).xid;
        Answer a{.type = MessageType{static_cast<u8>(2 + random() % 5)}, .xid = xid};
        a.lease = 1 + random() % 1000;
        Packet frame = frame_of(a);
        if (random() % 3 == 0) frame.resize(random() % (frame.size() + 1));
        for (unsigned n = random() % 4; n > 0 && !frame.empty(); n--)
            frame[random() % frame.size()] = static_cast<u8>(random());
        if (random() % 8 == 0)
            frame = packets::ether(kUs, kOtherMac, net::EtherType::Arp,
                                   packets::arp(net::ArpOperation::Reply, kOtherMac, kLent, kUs, {}));
        hear(frame);
        forget();
    }
    client.stop(now);
    configured.clear();
    become_bound();
}

}  // namespace
