// netd's policy: the file /etc/netd.conf.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "user/bin/netd/policy.h"

namespace netd {
namespace {

Policy policy(const std::string& text) {
    Policy::Error error{};
    const auto p = Policy::parse(text.c_str(), error);
    EXPECT_TRUE(p) << "line " << error.line << ": " << error.reason;
    return p ? *p : Policy::standard();
}

std::string wrong(const std::string& text) {
    Policy::Error error{};
    if (Policy::parse(text.c_str(), error)) return "";
    return std::to_string(error.line) + ": " + error.reason;
}

TEST(NetdPolicy, RefusesWhatNoLineAllows) {
    const Policy p = policy("allow uhttpd tcp 80\n");
    EXPECT_TRUE(p.allows("uhttpd", Wish::Tcp, 80));
    EXPECT_FALSE(p.allows("uhttpd", Wish::Tcp, 81));
    EXPECT_FALSE(p.allows("uhttpd", Wish::Udp, 80));
    EXPECT_FALSE(p.allows("uhttp", Wish::Tcp, 80));
    EXPECT_FALSE(p.allows("uhttpd", Wish::Tcp, Policy::kFreePort));
    EXPECT_FALSE(p.allows("uhttpd", Wish::Tap, 0));
}

TEST(NetdPolicy, TheFirstLineThatFitsDecides) {
    const Policy p = policy("refuse nc any 5000-5010\nallow * any 5000-6000\n");
    EXPECT_FALSE(p.allows("nc", Wish::Udp, 5010));
    EXPECT_TRUE(p.allows("nc", Wish::Udp, 5011));
    EXPECT_TRUE(p.allows("wget", Wish::Tcp, 5000));
    EXPECT_FALSE(p.allows("wget", Wish::Tcp, 6001));
}

TEST(NetdPolicy, APortThatNetdChoosesHasItsOwnWord) {
    const Policy p = policy("allow * udp free\nallow a tcp 1-65535\n");
    EXPECT_TRUE(p.allows("a", Wish::Udp, Policy::kFreePort));
    EXPECT_FALSE(p.allows("a", Wish::Tcp, Policy::kFreePort));
    EXPECT_TRUE(p.allows("a", Wish::Tcp, 65535));
}

TEST(NetdPolicy, SkipsCommentsAndEmptyLines) {
    EXPECT_TRUE(policy("# a comment\n\n \t \nallow a tap # another\r\n").allows("a", Wish::Tap, 0));
    EXPECT_FALSE(policy("").allows("a", Wish::Tcp, 80));
}

TEST(NetdPolicy, AMistakeIsReportedWithItsLine) {
    EXPECT_EQ(wrong("\npermit a tcp 80"), "2: a line begins with allow or refuse");
    EXPECT_EQ(wrong("allow"), "1: the second word must be a program's name or *");
    EXPECT_EQ(wrong("allow aaaaaaaaaaaaaaaa tcp 80"), "1: the second word must be a program's name or *");
    EXPECT_EQ(wrong("allow a icmp"), "1: the third word must be tcp, udp, any or tap");
    const char* ports = "1: the ports must be `free`, a number or a range: 80, 8000-8999";
    for (const char* bad : {"", "0", "65536", "80-", "-80", "90-80", "8o", "999999"})
        EXPECT_EQ(wrong(std::string("allow a tcp ") + bad), ports) << bad;
    EXPECT_EQ(wrong("allow a tap 80"), "1: there are too many words");
    EXPECT_EQ(wrong("allow a tcp 80 90"), "1: there are too many words");
}

TEST(NetdPolicy, HasRoomForAFixedNumberOfLines) {
    std::string text;
    for (usize i = 0; i < Policy::kMostRules; i++) text += "allow a tcp 80\n";
    EXPECT_EQ(wrong(text), "");
    EXPECT_EQ(wrong(text + "allow a tcp 80\n"), "65: there are too many lines");
}

TEST(NetdPolicy, WithoutAFileThePortsBelow1024AreRefused) {
    const Policy p = Policy::standard();
    EXPECT_FALSE(p.allows("a", Wish::Tcp, 1023));
    EXPECT_TRUE(p.allows("a", Wish::Tcp, 1024));
    EXPECT_TRUE(p.allows("a", Wish::Udp, Policy::kFreePort));
    EXPECT_FALSE(p.allows("pktdump", Wish::Tap, 0));
}

TEST(NetdPolicy, TheFileInTheImageIsValid) {
    std::ifstream file("user/files/etc/netd.conf");
    std::stringstream text;
    text << file.rdbuf();
    const Policy p = policy(text.str());
    EXPECT_TRUE(p.allows("uhttpd", Wish::Tcp, 80));
    EXPECT_FALSE(p.allows("nc", Wish::Tcp, 80));
    EXPECT_TRUE(p.allows("nc", Wish::Tcp, Policy::kFreePort));
    EXPECT_TRUE(p.allows("pktdump", Wish::Tap, 0));
}

}  // namespace
}  // namespace netd
