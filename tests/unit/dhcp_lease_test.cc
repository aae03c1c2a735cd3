// A lease's life: renewed, rebound, refused, given back, expired.
#include "dhcp_server.h"

using namespace dhcp_kit;
using dhcp::DhcpClient;
using State = DhcpClient::State;

namespace {

using DhcpLeaseOf = DhcpTest;

const Packet kMask = option(1, {255, 255, 255, 0});
const Packet kUsual =
    packets::join(packets::join(kMask, option(3, address(kServer))), option(6, address(kDns)));

TEST_F(DhcpLeaseOf, AtT1TheServerIsAskedByUnicast) {
    become_bound({.lease = 800, .more = kUsual});
    pass(client.lease()->renew_at - now);
    const Said r = take();
    EXPECT_EQ(client.state(), State::Renewing);
    EXPECT_EQ(r.type, MessageType::Request);
    EXPECT_EQ(r.to, kServerMac);
    EXPECT_EQ(r.to_ip, kServer);
    EXPECT_EQ(r.from_ip, kLent);
    EXPECT_EQ(r.client, kLent);
    EXPECT_FALSE(r.has(50));
    EXPECT_FALSE(r.has(54));
    const Instant asked = now;
    pass(seconds(1));
    answer({.type = MessageType::Ack, .xid = xid, .lease = 800, .more = kUsual});
    EXPECT_EQ(client.state(), State::Bound);
    EXPECT_EQ(client.lease()->expires_at - asked, seconds(800));
    EXPECT_EQ(configured.size(), 1u) << "nothing to configure has changed";
}

TEST_F(DhcpLeaseOf, ARenewalWithAnotherNameServerConfiguresAgain) {
    become_bound({.lease = 800, .more = kUsual});
    pass(client.lease()->renew_at - now);
    take();
    answer({.type = MessageType::Ack,
            .xid = xid,
            .lease = 800,
            .more = packets::join(kMask, option(6, address(kServer)))});
    ASSERT_EQ(configured.size(), 2u);
    EXPECT_EQ(configured[1].name_servers[0], kServer);
}

TEST_F(DhcpLeaseOf, RenewalIsRepeatedAfterHalfOfTheTimeLeftThenEveryServerIsAskedThenTheLeaseExpires) {
    become_bound({.lease = 8000});
    const dhcp::DhcpLease l = *client.lease();
    pass(l.expires_at - (now + seconds(1)));
    EXPECT_EQ(client.state(), State::Rebinding);
    EXPECT_EQ(deconfigured, 0);
    unsigned unicasts = 0, broadcasts = 0;
    for (usize i = 0; i < sent.size(); i++) {
        const Said s(sent[i]);
        EXPECT_EQ(s.type, MessageType::Request);
        EXPECT_EQ(s.client, kLent);
        const bool early = sent_at[i] < l.rebind_at;
        EXPECT_EQ(s.to, early ? kServerMac : MacAddr::broadcast());
        early ? unicasts++ : broadcasts++;
        if (i > 0 && early) {
            EXPECT_GE(sent_at[i] - sent_at[i - 1], seconds(60));
        }
    }
    EXPECT_GE(unicasts, 4u);
    EXPECT_LE(unicasts, 10u);
    EXPECT_GE(broadcasts, 3u);
    EXPECT_LE(broadcasts, 10u);
    forget();
    pass(seconds(1));
    EXPECT_EQ(deconfigured, 1);
    EXPECT_EQ(client.lease(), nullptr);
    EXPECT_EQ(take().type, MessageType::Discover);
}

TEST_F(DhcpLeaseOf, WhileRebindingAnyServerMayAnswer) {
    become_bound({.lease = 800});
    pass(client.lease()->rebind_at - now);
    const Said r(sent.back());
    answer({.type = MessageType::Ack, .xid = r.xid, .server = kOtherServer, .lease = 800, .from = kOtherMac});
    EXPECT_EQ(client.state(), State::Bound);
    EXPECT_EQ(client.lease()->server, kOtherServer);
    forget();
    pass(client.lease()->renew_at - now);
    EXPECT_EQ(take().to, kOtherMac) << "the next renewal goes there";
}

TEST_F(DhcpLeaseOf, ANakEndsTheRequest) {
    request();
    answer({.type = MessageType::Nak, .xid = xid, .yours = {}, .to = MacAddr::broadcast()});
    EXPECT_EQ(client.state(), State::Waiting);
    pass(seconds(1));
    EXPECT_EQ(take().type, MessageType::Discover);
    EXPECT_EQ(deconfigured, 0);
}

TEST_F(DhcpLeaseOf, ANakDuringRenewalEndsTheLeaseAtOnce) {
    become_bound({.lease = 800});
    pass(client.lease()->renew_at - now);
    take();
    answer({.type = MessageType::Nak, .xid = xid, .yours = {}, .to = MacAddr::broadcast()});
    EXPECT_EQ(deconfigured, 1);
    EXPECT_EQ(client.lease(), nullptr);
    pass(seconds(1));
    EXPECT_EQ(take().type, MessageType::Discover);
}

TEST_F(DhcpLeaseOf, StopGivesTheLeaseBack) {
    become_bound({.more = kUsual});
    client.stop(now);
    const Said r = take();
    EXPECT_EQ(r.type, MessageType::Release);
    EXPECT_EQ(r.to, kServerMac);
    EXPECT_EQ(r.to_ip, kServer);
    EXPECT_EQ(r.client, kLent);
    EXPECT_EQ(r.value(54), address(kServer));
    EXPECT_FALSE(r.has(50));
    EXPECT_EQ(deconfigured, 1);
    EXPECT_EQ(client.next_deadline(), Instant::never());
    client.stop(now);
    EXPECT_TRUE(sent.empty());
    EXPECT_EQ(deconfigured, 1);
}

TEST_F(DhcpLeaseOf, StopWithoutALeaseIsSilent) {
    request();
    client.stop(now);
    pass(seconds(1000));
    EXPECT_TRUE(sent.empty());
    EXPECT_EQ(deconfigured, 0);
}

TEST_F(DhcpLeaseOf, AVeryShortLeaseCausesNoStorm) {
    acknowledge({.lease = 1});
    pass(seconds(100));
    EXPECT_TRUE(configured.empty()) << "it expired before the probes ended";
    EXPECT_LT(sent.size(), 40u);
    forget();
    client.stop(now);
    become_bound({.lease = 20});
    pass(seconds(100));
    EXPECT_LT(sent.size(), 40u);
}

TEST_F(DhcpLeaseOf, WhileRenewingOnlyTheSameServerAndTheSameAddressCount) {
    become_bound({.lease = 800});
    pass(client.lease()->renew_at - now);
    take();
    answer({.type = MessageType::Ack, .xid = xid, .server = kOtherServer});
    answer({.type = MessageType::Nak, .xid = xid, .server = kOtherServer});
    answer({.type = MessageType::Ack, .xid = xid, .yours = {10, 0, 2, 77}});
    EXPECT_EQ(client.state(), State::Renewing);
    EXPECT_EQ(deconfigured, 0);
}

}  // namespace
