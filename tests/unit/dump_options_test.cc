// The dump of the options of IPv4 and TCP.
#include "unit/dump_net_frames.h"

namespace net {
namespace {

std::vector<u8> frame_named(const std::string& name) {
    for (const auto& f : option_frames()) {
        if (f.name == name) return f.bytes;
    }
    ADD_FAILURE() << "no frame " << name;
    return {};
}
std::string full_of(const std::string& name) { return full(frame_named(name)); }
// The options in the brief text.
std::string brief_of(const std::string& name) {
    const std::string text = brief(frame_named(name));
    const usize from = text.find('<');
    return from == std::string::npos ? "" : text.substr(from, text.find(" length") - from);
}

TEST(DumpTcpOptions, ShowsAuthentication) {
    EXPECT_TRUE(
        has_line(full_of("tcp md5"),
                 "TCP option: 19 (MD5 signature), data 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f"));
    EXPECT_TRUE(has_line(full_of("tcp ao"),
                         "TCP option: 29 (authentication): key ID 1, next key ID 2, data aa bb cc dd ee ff "
                         "00 11 22 33 44 55"));
}

TEST(DumpTcpOptions, ShowsTimeoutsCookiesAndCounters) {
    const std::string text = full_of("tcp user timeout");
    EXPECT_TRUE(has_line(text, "TCP option: 28 (user timeout): 5, granularity 1 (minutes)"));
    EXPECT_TRUE(has_line(text, "TCP option: 34 (fast open cookie), data 01 02 03 04 05 06 07 08"));
    EXPECT_EQ(brief_of("tcp user timeout"), "<user timeout, fast open cookie>");
    EXPECT_TRUE(has_line(full_of("tcp accurate ecn"),
                         "TCP option: 172 (accurate ECN order 0): EE0B 1, ECEB 2, EE1B 3"));
    EXPECT_TRUE(
        has_line(full_of("tcp accurate ecn"), "TCP option: 174 (accurate ECN order 1): EE1B 4, ECEB 5"));
    EXPECT_TRUE(
        has_line(full_of("tcp experiment"),
                 "TCP option: 254 (experiment): identifier 0xf989 (fast open cookie), data 01 02 03 04"));
    EXPECT_TRUE(has_line(full_of("tcp experiment"), "TCP option: 253 (unknown), data 12 34 56 78"));
    EXPECT_EQ(brief_of("tcp sack"), "<SACK 1-5 9-11>");
}

TEST(DumpTcpOptions, ShowsMultipathTcp) {
    EXPECT_TRUE(
        has_line(full_of("mptcp capable"),
                 "TCP option: 30 (multipath TCP), subtype 0 (MP_CAPABLE): version 1, flags 0x81, sender key "
                 "0x0102030405060708, receiver key 0x1112131415161718, data length 10 bytes"));
    EXPECT_EQ(brief_of("mptcp capable"), "<multipath TCP MP_CAPABLE>");
    EXPECT_TRUE(has_line(
        full_of("mptcp join"),
        "TCP option: 30 (multipath TCP), subtype 1 (MP_JOIN): flags 0x0, address ID 2, receiver token "
        "0xaabbccdd, sender random 0x01020304"));
    EXPECT_TRUE(
        has_line(full_of("mptcp join syn ack"),
                 "TCP option: 30 (multipath TCP), subtype 1 (MP_JOIN): flags 0x1, address ID 2, sender HMAC "
                 "0x0102030405060708, sender random 0xaabbccdd"));
    EXPECT_TRUE(has_line(
        full_of("mptcp dss"),
        "TCP option: 30 (multipath TCP), subtype 2 (DSS): flags 0x05 (data ACK, mapping), data ACK 10, "
        "data sequence number 20, subflow sequence number 30, data length 40, checksum 48879"));
    EXPECT_NE(full_of("mptcp long dss").find(", data ACK 4294967306, data 07\n"), std::string::npos);
    EXPECT_TRUE(
        has_line(full_of("mptcp add address"),
                 "TCP option: 30 (multipath TCP), subtype 3 (ADD_ADDR): flags 0x0, address ID 2, 10.0.2.16"));
    EXPECT_TRUE(has_line(
        full_of("mptcp add address"),
        "TCP option: 30 (multipath TCP), subtype 3 (ADD_ADDR): flags 0x1, address ID 3, 2001:db8::9"));
    const std::string others = full_of("mptcp others");
    EXPECT_TRUE(has_line(
        others, "TCP option: 30 (multipath TCP), subtype 6 (MP_FAIL): flags 0x0, data sequence number 7"));
    EXPECT_TRUE(has_line(others, "TCP option: 30 (multipath TCP), subtype 15 (unknown): flags 0x5"));
}

TEST(DumpIpOptions, ShowsTimestamps) {
    const std::string text = full_of("ip timestamps");
    EXPECT_TRUE(has_line(
        text,
        "IP option: 68 (timestamp): pointer 13, overflow 1, flag 0 (times alone); 35605051 milliseconds "
        "(09:53:25.051 UTC); 2147483653 (not a time of day)"));
    EXPECT_TRUE(has_line(
        text,
        "IP option: 68 (timestamp): pointer 13, overflow 0, flag 1 (addresses and times); 10.0.2.2, at "
        "35605051 milliseconds (09:53:25.051 UTC), data 0a 0b"));
}

TEST(DumpIpOptions, ShowsSecurityAndTheOthers) {
    const std::string text = full_of("ip security");
    EXPECT_TRUE(has_line(
        text,
        "IP option: 130 (security): classification 0xf135 (confidential), compartments 0x0001, handling "
        "restrictions 0x0002, transmission control code 0x000003"));
    EXPECT_TRUE(has_line(text, "IP option: 130 (security): classification 0x5a (secret), data 80"));
    EXPECT_TRUE(
        has_line(text, "IP option: 134 (commercial security): domain of interpretation 7, data 01 04 00 05"));
    const std::string names = full_of("ip names");
    EXPECT_TRUE(has_line(names, "IP option: 136 (stream identifier): 9"));
    EXPECT_TRUE(has_line(names, "IP option: 25 (quick start), data 01 02 03 04 05 06"));
    EXPECT_TRUE(has_line(names, "IP option: 148 (router alert): value 1 (unknown)"));
    EXPECT_TRUE(has_line(names, "IP option: 200 (unknown), data 07"));
}

}  // namespace
}  // namespace net
