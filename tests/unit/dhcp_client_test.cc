// The DHCP client from DISCOVER to the end of a lease, against a scripted server in simulated time.
#include <algorithm>

#include "dhcp_server.h"

using namespace dhcp_kit;
using dhcp::DhcpClient;
using net::ArpOperation;
using State = DhcpClient::State;

namespace {

using Dhcp = DhcpTest;

Packet addresses(std::initializer_list<Ipv4Addr> list) {
    Packet p;
    for (Ipv4Addr a : list) p = packets::join(p, address(a));
    return p;
}

const Packet kMask = option(1, {255, 255, 255, 0});
const Packet kUsual =
    packets::join(packets::join(kMask, option(3, address(kServer))), option(6, address(kDns)));

bool lies_between(Duration d, Duration middle, Duration spread) {
    return d.ns >= middle.ns - spread.ns && d.ns <= middle.ns + spread.ns;
}

// --- how an address is found

TEST_F(Dhcp, DiscoverIsABroadcastWithoutAnAddress) {
    client.start(now);
    const Said d = take();
    EXPECT_EQ(d.type, MessageType::Discover);
    EXPECT_EQ(d.to, MacAddr::broadcast());
    EXPECT_EQ(d.from_ip, Ipv4Addr());
    EXPECT_EQ(d.to_ip, kEverybody);
    EXPECT_EQ(d.client, Ipv4Addr());
    EXPECT_EQ(d.flags, 0) << "we receive unicast frames without an address";
    EXPECT_EQ(d.value(61), (Packet{1, 0x52, 0x54, 0, 0x12, 0x34, 0x56}));
    EXPECT_EQ(d.value(12), packets::text("nx6"));
    const Packet wanted = d.value(55);
    for (int code : {1, 3, 6, 26, 51}) EXPECT_EQ(std::count(wanted.begin(), wanted.end(), code), 1) << code;
}

TEST_F(Dhcp, RequestNamesTheServerAndTheAddressAndRepeatsTheTransactionAndItsSeconds) {
    client.start(now);
    forget();
    pass(seconds(6));  // a second DISCOVER
    const Said d = take();
    answer({.xid = d.xid});
    const Said r = take();
    EXPECT_EQ(r.type, MessageType::Request);
    EXPECT_EQ(r.xid, d.xid);
    EXPECT_EQ(r.seconds, d.seconds);
    EXPECT_GE(d.seconds, 3);
    EXPECT_EQ(r.to, MacAddr::broadcast());
    EXPECT_EQ(r.to_ip, kEverybody);
    EXPECT_EQ(r.from_ip, Ipv4Addr());
    EXPECT_EQ(r.client, Ipv4Addr());
    EXPECT_EQ(r.value(50), address(kLent));
    EXPECT_EQ(r.value(54), address(kServer));
}

TEST_F(Dhcp, TheAddressIsUsedOnlyAfterThreeProbesWithoutAnAnswer) {
    acknowledge({.more = kUsual});
    EXPECT_TRUE(configured.empty());
    pass(seconds(8));
    ASSERT_EQ(sent.size(), 3u);
    for (const Packet& frame : sent) {
        ASSERT_TRUE(is_arp(frame));
        const auto p = dhcp::parse_arp(frame);
        ASSERT_TRUE(p);
        EXPECT_TRUE(p->is_probe());
        EXPECT_EQ(p->target_ip, kLent);
        EXPECT_EQ(p->sender_mac, kUs);
    }
    for (usize i = 1; i < 3; i++) {
        EXPECT_GE(sent_at[i] - sent_at[i - 1], DhcpClient::kProbeLeast);
        EXPECT_LE(sent_at[i] - sent_at[i - 1], DhcpClient::kProbeMost);
    }
    ASSERT_EQ(configured.size(), 1u);
    EXPECT_EQ(client.state(), State::Bound);
}

TEST_F(Dhcp, TheLeaseHasWhatTheServerSays) {
    const Packet more =
        packets::join(kMask, packets::join(option(3, addresses({kServer, kOtherServer})),
                                           option(6, addresses({kDns, kServer, kOtherServer, kLent}))));
    become_bound({.lease = 800, .more = packets::join(more, option(26, {5, 0}))});
    const dhcp::DhcpLease& l = configured[0];
    EXPECT_EQ(l.address, (net::Ipv4Prefix{kLent, 24}));
    EXPECT_EQ(l.router, kServer);
    ASSERT_EQ(l.name_server_count, 3) << "the first three of four";
    EXPECT_EQ(l.name_servers[0], kDns);
    EXPECT_EQ(l.name_servers[2], kOtherServer);
    EXPECT_EQ(l.mtu, 1280);
    EXPECT_EQ(l.server, kServer);
    EXPECT_EQ(l.renew_at - Instant{1'000'000'000}, seconds(400)) << "half of the lease, since the REQUEST";
    EXPECT_EQ(l.rebind_at - Instant{1'000'000'000}, seconds(700)) << "seven eighths";
    EXPECT_EQ(l.expires_at - Instant{1'000'000'000}, seconds(800));
    EXPECT_EQ(client.lease()->address, l.address);
}

TEST_F(Dhcp, TimesThatTheServerChoosesAreKeptIfTheirOrderIsPossible) {
    become_bound({.lease = 800, .more = packets::join(option(58, number(100)), option(59, number(200)))});
    EXPECT_EQ(configured[0].rebind_at - configured[0].renew_at, seconds(100));
    for (const auto& [t1, t2] : {std::pair{300u, 200u}, {900u, 950u}, {~0u, ~0u}}) {
        Answer a{.lease = 800, .more = packets::join(option(58, number(t1)), option(59, number(t2)))};
        const auto r = dhcp::Reply::parse(message_of(a));
        ASSERT_TRUE(r);
        const dhcp::DhcpLease l = r->lease(now, kServerMac);
        EXPECT_LE(l.renew_at, l.rebind_at);
        EXPECT_LE(l.rebind_at, l.expires_at);
        EXPECT_EQ(l.expires_at - now, seconds(800));
    }
}

TEST_F(Dhcp, ARouterThatIsNotOnTheLinkIsIgnored) {
    become_bound({.more = packets::join(kMask, option(3, address({10, 0, 3, 1})))});
    EXPECT_EQ(configured[0].router, Ipv4Addr());
}

TEST_F(Dhcp, WithoutAMaskTheClassOfTheAddressCounts) {
    become_bound();
    EXPECT_EQ(configured[0].address.length, 8);
}

TEST_F(Dhcp, AnInfiniteLeaseIsNeverRenewed) {
    become_bound({.lease = ~0u});
    EXPECT_EQ(client.next_deadline(), Instant::never());
    EXPECT_EQ(client.lease()->expires_at, Instant::never());
}

TEST_F(Dhcp, TheFirstOfSeveralOffersIsTaken) {
    select();
    answer({.xid = xid, .server = kOtherServer, .from = kOtherMac});
    answer({.xid = xid, .yours = {10, 0, 2, 99}});
    const Said r = take();
    EXPECT_EQ(r.value(54), address(kOtherServer));
    EXPECT_EQ(r.value(50), address(kLent));
    answer({.type = MessageType::Ack, .xid = xid});
    EXPECT_EQ(client.state(), State::Requesting) << "another server's ACK does not count";
    answer({.type = MessageType::Ack, .xid = xid, .server = kOtherServer, .from = kOtherMac});
    EXPECT_EQ(client.state(), State::Probing);
}

// --- the address of before (INIT-REBOOT, RFC 2131 section 3.2)

class DhcpResume : public DhcpTest {
  protected:
    DhcpResume() {
        client.resume(kLent, now);
        xid = client_request().xid;
    }
    // Table 4 of RFC 2131: the address as an option, no server, and no client address.
    Said client_request() {
        const Said r = take();
        EXPECT_EQ(r.type, MessageType::Request);
        EXPECT_EQ(r.value(50), address(kLent));
        EXPECT_FALSE(r.has(54)) << "any server may answer";
        EXPECT_EQ(r.client, Ipv4Addr());
        EXPECT_EQ(r.from_ip, Ipv4Addr());
        EXPECT_EQ(r.to, MacAddr::broadcast());
        return r;
    }
};

TEST_F(DhcpResume, TheAddressIsKeptIfAnyServerAcknowledgesIt) {
    answer({.type = MessageType::Ack, .xid = xid, .server = kOtherServer, .from = kOtherMac});
    EXPECT_EQ(client.state(), State::Probing);
    pass(seconds(8));
    EXPECT_EQ(client.state(), State::Bound);
    ASSERT_EQ(configured.size(), 1u);
    EXPECT_EQ(configured[0].address.addr, kLent);
    EXPECT_EQ(configured[0].server, kOtherServer);
    EXPECT_EQ(deconfigured, 0);
}

TEST_F(DhcpResume, ANakTakesTheAddressAwayAndTheSearchBegins) {
    answer({.type = MessageType::Nak, .xid = xid});
    EXPECT_EQ(deconfigured, 1);
    pass(seconds(2));
    EXPECT_EQ(take().type, MessageType::Discover);
    EXPECT_EQ(deconfigured, 1);
}

TEST_F(DhcpResume, WithoutAnAnswerTheSearchBeginsAndTheAddressStaysMeanwhile) {
    pass(seconds(70));
    ASSERT_GE(sent.size(), 4u);
    for (usize i = 0; i < 3; i++) EXPECT_EQ(Said(sent[i]).type, MessageType::Request) << i;
    EXPECT_EQ(Said(sent[3]).type, MessageType::Discover);
    EXPECT_EQ(deconfigured, 0);
}

TEST_F(DhcpResume, OffersAndOtherAddressesDoNotCount) {
    answer({.xid = xid});
    answer({.type = MessageType::Ack, .xid = xid, .yours = {10, 0, 2, 99}});
    EXPECT_EQ(client.state(), State::Rebooting);
}

TEST_F(DhcpResume, AnAddressThatSomebodyElseHasIsTakenAway) {
    answer({.type = MessageType::Ack, .xid = xid});
    pass(seconds(1));
    hear(packets::ether(kUs, kOtherMac, net::EtherType::Arp,
                        packets::arp(ArpOperation::Reply, kOtherMac, kLent, kUs, Ipv4Addr())));
    EXPECT_EQ(Said(sent.back()).type, MessageType::Decline);
    EXPECT_EQ(deconfigured, 1);
}

// --- what is lost

TEST_F(Dhcp, DiscoverIsRepeatedWithLongerAndLongerRandomPauses) {
    client.start(now);
    pass(seconds(400));
    ASSERT_GE(sent.size(), 8u);
    i64 wait = 4;
    for (usize i = 1; i < sent.size(); i++) {
        EXPECT_TRUE(lies_between(sent_at[i] - sent_at[i - 1], seconds(wait), seconds(1))) << i;
        if (wait < 64) wait *= 2;
    }
    EXPECT_NE((sent_at[1] - sent_at[0]).ns % 1'000'000'000, 0) << "random";
}

TEST_F(Dhcp, ALostRequestIsRepeatedFourTimesThenAnotherServerIsLookedFor) {
    request();
    const u32 first = xid;
    for (int i = 0; i < 70 && client.state() == State::Requesting; i++) pass(seconds(1));
    ASSERT_EQ(sent.size(), 4u);
    for (usize i = 0; i < 3; i++) {
        EXPECT_EQ(Said(sent[i]).type, MessageType::Request);
        EXPECT_EQ(Said(sent[i]).xid, first);
    }
    EXPECT_EQ(Said(sent[3]).type, MessageType::Discover);
    EXPECT_NE(Said(sent[3]).xid, first);
    EXPECT_EQ(client.state(), State::Selecting);
}

TEST_F(Dhcp, ALeaseCountsFromTheFirstRequest) {
    request();
    pass(seconds(6));  // the REQUEST is repeated
    answer({.type = MessageType::Ack, .xid = xid, .lease = 100});
    pass(seconds(8));
    ASSERT_EQ(configured.size(), 1u);
    EXPECT_EQ(configured[0].expires_at - Instant{1'000'000'000}, seconds(100));
}

TEST_F(Dhcp, AnyLossIsSurvived) {
    for (unsigned lost = 0; lost < 256; lost++) {  // which of the first eight messages, of both sides
        DhcpClient c(*this, kUs, "", lost);
        forget();
        configured.clear();
        unsigned n = 0;
        for (c.start(now); configured.empty() && n < 1000; c.on_time(now)) {
            while (!sent.empty()) {
                const Packet frame = sent.front();
                sent.erase(sent.begin());
                const bool arrives = n >= 8 || !(lost >> n & 1);
                n++;
                if (!arrives || is_arp(frame)) continue;
                const Said s(frame);
                const auto type = s.type == MessageType::Discover ? MessageType::Offer : MessageType::Ack;
                c.frame_in(frame_of({.type = type, .xid = s.xid}), now);
            }
            now = c.next_deadline();
        }
        EXPECT_EQ(configured.size(), 1u) << lost;
    }
}

// --- conflicts

TEST_F(Dhcp, AnAddressThatSomebodyHasIsDeclined) {
    acknowledge();
    pass(seconds(1));
    forget();
    hear(packets::ether(kUs, kOtherMac, net::EtherType::Arp,
                        packets::arp(ArpOperation::Reply, kOtherMac, kLent, kUs, {})));
    const Said d = take();
    EXPECT_EQ(d.type, MessageType::Decline);
    EXPECT_EQ(d.value(50), address(kLent));
    EXPECT_EQ(d.value(54), address(kServer));
    EXPECT_EQ(d.client, Ipv4Addr());
    EXPECT_EQ(d.to, MacAddr::broadcast());
    EXPECT_FALSE(d.has(55));
    EXPECT_TRUE(configured.empty());
    pass(milliseconds(9'999));
    EXPECT_TRUE(sent.empty());
    pass(milliseconds(1));
    EXPECT_EQ(take().type, MessageType::Discover);
}

TEST_F(Dhcp, AProbeOfAnotherStationForTheSameAddressIsAConflict) {
    acknowledge();
    hear(packets::ether(MacAddr::broadcast(), kOtherMac, net::EtherType::Arp,
                        packets::arp(ArpOperation::Request, kOtherMac, {}, {}, kLent)));
    EXPECT_EQ(take().type, MessageType::Decline);
}

TEST_F(Dhcp, OtherArpPacketsAreNoConflict) {
    acknowledge();
    const auto arp = [](MacAddr from, Ipv4Addr sender, Ipv4Addr target) {
        return packets::ether(MacAddr::broadcast(), from, net::EtherType::Arp,
                              packets::arp(ArpOperation::Request, from, sender, {}, target));
    };
    hear(arp(kUs, {}, kLent));  // our own probe, from a hub
    hear(arp(kServerMac, kServer, kLent));
    hear(arp(kOtherMac, {}, kServer));
    EXPECT_EQ(client.state(), State::Probing);
    EXPECT_TRUE(sent.empty());
}

// --- who may answer

TEST_F(Dhcp, AnswersToOthersAndFromNobodyAreIgnored) {
    select();
    const Answer right{.xid = xid};
    const std::function<void(Answer&)> kWrongs[] = {
        [](Answer& a) { a.xid++; },
        [](Answer& a) { a.client = kOtherMac; },
        [](Answer& a) { a.to = kOtherMac; },
        [](Answer& a) { a.source_port = 68; },
        [](Answer& a) { a.target_port = 67; },
        [](Answer& a) { a.operation = 1; },
        [](Answer& a) { a.hardware_type = 6; },
        [](Answer& a) { a.hardware_length = 16; },
        [](Answer& a) { a.cookie++; },
        [](Answer& a) { a.type = MessageType::Ack; },
        [](Answer& a) { a.type = MessageType::Nak; },
        [](Answer& a) { a.type = MessageType::Discover; },
        [](Answer& a) { a.server = {}; },
        [](Answer& a) { a.lease = 0; },
        [](Answer& a) { a.yours = {}; },
        [](Answer& a) {
            a.yours = {127, 0, 0, 1};
        },
        [](Answer& a) {
            a.yours = {224, 0, 0, 1};
        },
        [](Answer& a) { a.yours = kEverybody; },
        [](Answer& a) {
            a.yours = {10, 0, 2, 255}, a.more = kMask;
        },
        [](Answer& a) {
            a.yours = {10, 0, 2, 0}, a.more = kMask;
        },
        [](Answer& a) { a.checksum = 0x1234; },
        [](Answer& a) { a.from = MacAddr::broadcast(); },
    };
    int n = 0;
    for (const auto& spoil : kWrongs) {
        Answer a = right;
        spoil(a);
        answer(a);
        EXPECT_EQ(client.state(), State::Selecting) << "case " << n;
        n++;
    }
    answer(right);
    EXPECT_EQ(client.state(), State::Requesting);
}

TEST_F(Dhcp, ABoundClientListensToNobody) {
    become_bound();
    for (MessageType t : {MessageType::Offer, MessageType::Ack, MessageType::Nak})
        answer({.type = t, .xid = xid});
    EXPECT_EQ(client.state(), State::Bound);
    EXPECT_EQ(configured.size(), 1u);
    EXPECT_EQ(deconfigured, 0);
}

}  // namespace
