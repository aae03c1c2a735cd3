// netd's answers, with a kernel that the test plays.
#include <errno.h>
#include <gtest/gtest.h>
#include <string.h>

#include <map>
#include <set>

#include "user/bin/netd/service.h"

namespace netd {
namespace {

// Knows ports by (protocol, number), and channels as descriptors from 100 up.
class PlayedKernel final : public Kernel {
  public:
    int create(netctl_create& c) override {
        last_create = c;
        if (c.interface != 0) return -ENODEV;
        if (fail_create) return -fail_create;
        open.insert(next);
        return next++;
    }
    int claim(netctl_flow& f) override {
        if (fail_claim) return -fail_claim;
        if (f.local_port == 0) f.local_port = 50000;
        const auto [at, is_new] = owner.try_emplace({f.protocol, f.local_port}, f.channel);
        return is_new ? 0 : at->second == f.channel ? -EEXIST : -EADDRINUSE;
    }
    int release(netctl_flow& f) override {
        const auto at = owner.find({f.protocol, f.local_port});
        if (at == owner.end()) return -ENOENT;
        if (at->second != f.channel) return -EPERM;
        owner.erase(at);
        return 0;
    }
    int filter(netctl_filter& f) override {
        last_filter = f;
        return -fail_filter;
    }
    int describe(int interface, netd_ip_info& info) override {
        info.address = 0x0a00020f;
        return interface == 0 ? 0 : -ENODEV;
    }
    void close(int fd) override { open.erase(fd); }

    std::set<int> open;
    std::map<std::pair<int, int>, int> owner;
    netctl_create last_create{};
    netctl_filter last_filter{};
    int next = 100, fail_create = 0, fail_claim = 0, fail_filter = 0;
};

class NetdService : public testing::Test {
  protected:
    static Policy rules() {
        Policy::Error error{};
        return *Policy::parse(
            "allow web tcp 80\nallow * any 1024-65535\nallow * any free\nallow pktdump tap\n", error);
    }
    Outcome ask(Op op, int type, int port, int channel = -1, const char* program = "web") {
        LongRequest r{};
        r.head.op = op;
        r.head.type = static_cast<u16>(type);
        r.head.port = static_cast<u16>(port);
        return send(r, sizeof r.head, channel, program);
    }
    Outcome send(const LongRequest& r, usize n, int channel = -1, const char* program = "web") {
        Caller from;
        from.pid = 7;
        strncpy(from.name, program, sizeof from.name - 1);
        return service.handle(from, r, n, channel);
    }
    // What the program gets; a channel then belongs to it.
    int error_of(const Outcome& o) {
        EXPECT_TRUE(o.answer.error == NETD_OK || o.channel == -1) << "a channel with an error";
        return o.answer.error;
    }

    PlayedKernel kernel;
    const Policy policy = rules();
    Service service{kernel, policy};
};

TEST_F(NetdService, GivesAChannelWithTheFirstPort) {
    const Outcome o = ask(Op::BindPort, NETD_TCP, 80);
    EXPECT_EQ(error_of(o), NETD_OK);
    EXPECT_EQ(o.channel, 100);
    EXPECT_EQ(o.answer.port, 80);
    EXPECT_EQ(kernel.last_create.owner, 7);
    EXPECT_EQ((kernel.owner[{NETD_TCP, 80}]), 100);
}

TEST_F(NetdService, GivesAChannelWithoutAPort) {
    const Outcome o = ask(Op::OpenChannel, 0, 0);
    EXPECT_EQ(error_of(o), NETD_OK);
    EXPECT_EQ(o.channel, 100);
    EXPECT_TRUE(kernel.owner.empty());
    EXPECT_EQ(error_of(ask(Op::OpenChannel, 0, 0, 55)), NETD_INVALID) << "it has a channel";
}

TEST_F(NetdService, AddsAPortToTheProgramsChannel) {
    const Outcome o = ask(Op::GetPort, NETD_UDP, 0, 55);
    EXPECT_EQ(error_of(o), NETD_OK);
    EXPECT_EQ(o.channel, -1);
    EXPECT_EQ(o.answer.port, 50000);
    EXPECT_EQ((kernel.owner[{NETD_UDP, 50000}]), 55);
}

TEST_F(NetdService, ARepeatedRequestForTheSameChannelSucceeds) {
    ask(Op::BindPort, NETD_UDP, 2000, 55);
    EXPECT_EQ(error_of(ask(Op::BindPort, NETD_UDP, 2000, 55)), NETD_OK);
}

TEST_F(NetdService, APortHasOneOwner) {
    ask(Op::BindPort, NETD_UDP, 2000);
    EXPECT_EQ(error_of(ask(Op::BindPort, NETD_UDP, 2000)), NETD_IN_USE);
    EXPECT_EQ(kernel.open, std::set<int>{100}) << "the second channel is closed again";
    EXPECT_EQ(error_of(ask(Op::BindPort, NETD_TCP, 2000)), NETD_OK);
}

TEST_F(NetdService, SaysWhenNoPortIsFree) {
    kernel.fail_claim = EADDRINUSE;
    EXPECT_EQ(error_of(ask(Op::GetPort, NETD_UDP, 0)), NETD_NO_PORTS);
    EXPECT_TRUE(kernel.open.empty());
}

TEST_F(NetdService, ThePolicyDecidesWhoMayHaveAPort) {
    EXPECT_EQ(error_of(ask(Op::BindPort, NETD_TCP, 80, -1, "nc")), NETD_REFUSED);
    EXPECT_EQ(error_of(ask(Op::BindPort, NETD_UDP, 80, -1, "web")), NETD_REFUSED);
    EXPECT_TRUE(kernel.owner.empty());
    EXPECT_EQ(kernel.next, 100) << "no channel is made";
}

TEST_F(NetdService, OnlyTheOwnersChannelClosesAPort) {
    ask(Op::BindPort, NETD_TCP, 80);
    EXPECT_EQ(error_of(ask(Op::ClosePort, NETD_TCP, 80, 101)), NETD_NOT_YOURS);
    EXPECT_EQ(error_of(ask(Op::ClosePort, NETD_TCP, 81, 100)), NETD_NOT_FOUND);
    EXPECT_EQ(error_of(ask(Op::ClosePort, NETD_TCP, 80, -1)), NETD_INVALID);
    EXPECT_EQ(error_of(ask(Op::ClosePort, NETD_TCP, 80, 100)), NETD_OK);
    EXPECT_TRUE(kernel.owner.empty());
}

TEST_F(NetdService, MemoryAndInterfacesThatAreMissingHaveTheirErrors) {
    for (const int e : {ENOMEM, EMFILE, ENFILE, EAGAIN}) {
        kernel.fail_create = e;
        EXPECT_EQ(error_of(ask(Op::BindPort, NETD_UDP, 2000)), NETD_NO_MEMORY) << e;
    }
    kernel.fail_create = 0;
    kernel.fail_claim = ENOSPC;
    EXPECT_EQ(error_of(ask(Op::BindPort, NETD_UDP, 2000)), NETD_NO_MEMORY);
    LongRequest r{};
    r.head.op = Op::ArpFilter;
    r.head.interface = 3;
    EXPECT_EQ(error_of(send(r, sizeof r.head)), NETD_NO_INTERFACE);
    r.head.op = Op::IpInfo;
    EXPECT_EQ(error_of(send(r, sizeof r.head)), NETD_NO_INTERFACE);
    r.head.interface = 0;
    EXPECT_EQ(send(r, sizeof r.head).answer.info.address, 0x0a00020fu);
}

TEST_F(NetdService, EveryProgramMayHaveTheArpFilter) {
    const Outcome o = ask(Op::ArpFilter, 0, 0, -1, "nc");
    EXPECT_EQ(error_of(o), NETD_OK);
    EXPECT_STREQ(kernel.last_filter.words, "arp");
    EXPECT_EQ(kernel.last_filter.what, u32{NETCTL_RECEIVED});
    EXPECT_EQ(kernel.last_filter.count, 4u);
    EXPECT_EQ(kernel.last_filter.channel, o.channel);
}

TEST_F(NetdService, OnlySomeProgramsMayHaveATap) {
    LongRequest r{};
    r.head.op = Op::Tap;
    r.head.what = NETCTL_RECEIVED | NETCTL_SENT;
    r.head.count = 1;
    strcpy(r.head.words, "tcp port 80");
    const usize n = sizeof r.head + sizeof(bpf_insn);
    EXPECT_EQ(error_of(send(r, n, -1, "web")), NETD_REFUSED);
    EXPECT_EQ(error_of(send(r, n, -1, "pktdump")), NETD_OK);
    EXPECT_STREQ(kernel.last_filter.words, "tcp port 80");
    kernel.fail_filter = EINVAL;
    EXPECT_EQ(error_of(send(r, n, -1, "pktdump")), NETD_INVALID);
    for (const u32 what : {u32{0}, u32{NETCTL_UNCLAIMED}, u32{NETCTL_RECEIVED | NETCTL_UNCLAIMED}}) {
        r.head.what = what;
        EXPECT_EQ(error_of(send(r, n, -1, "pktdump")), NETD_INVALID) << what;
    }
    EXPECT_EQ(kernel.open.size(), 1u) << "what is refused leaves no channel";
}

TEST_F(NetdService, RefusesWhatIsNoRequest) {
    LongRequest r{};
    r.head.op = Op::IpInfo;
    for (usize n = 0; n < sizeof r.head; n++) EXPECT_EQ(error_of(send(r, n)), NETD_INVALID) << n;
    EXPECT_EQ(error_of(send(r, sizeof r.head + 1)), NETD_INVALID);
    r.head.count = 2;
    EXPECT_EQ(error_of(send(r, sizeof r.head + 8)), NETD_INVALID);
    r.head.count = kMostInstructions + 1;
    EXPECT_EQ(error_of(send(r, sizeof r)), NETD_INVALID);
    r.head.count = 0;
    r.head.version = 2;
    EXPECT_EQ(error_of(send(r, sizeof r.head)), NETD_INVALID);
    r.head.version = kVersion;
    memset(r.head.words, 'x', sizeof r.head.words);
    EXPECT_EQ(error_of(send(r, sizeof r.head)), NETD_INVALID);
    r.head.words[59] = 0;
    r.head.op = Op{99};
    EXPECT_EQ(error_of(send(r, sizeof r.head)), NETD_INVALID);
}

TEST_F(NetdService, RefusesPortsAndProtocolsThatMakeNoSense) {
    EXPECT_EQ(error_of(ask(Op::BindPort, NETD_UDP, 0)), NETD_INVALID);
    EXPECT_EQ(error_of(ask(Op::GetPort, NETD_UDP, 2000)), NETD_INVALID);
    EXPECT_EQ(error_of(ask(Op::BindPort, 1, 2000)), NETD_INVALID);
    EXPECT_EQ(error_of(ask(Op::ClosePort, 1, 2000, 100)), NETD_INVALID);
}

}  // namespace
}  // namespace netd
