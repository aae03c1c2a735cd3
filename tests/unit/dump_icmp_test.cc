// The dump of ICMP's types, of the extensions behind a quoted packet, and of IGMP.
#include "unit/dump_net_frames.h"

namespace net {
namespace {

std::vector<u8> bytes_of_frame(const std::string& name) {
    std::vector<NamedFrame> frames;
    add_net_frames(frames);
    for (const auto& f : frames) {
        if (f.name == name) return f.bytes;
    }
    ADD_FAILURE() << "no frame " << name;
    return {};
}
std::string full_of(const std::string& name) { return full(bytes_of_frame(name)); }
std::string brief_of(const std::string& name) { return brief(bytes_of_frame(name)); }

TEST(DumpIcmp, ShowsTheTimesOfTimestamps) {
    const std::string text = full_of("icmp timestamp");
    EXPECT_TRUE(has_line(text, "Type: 13 (timestamp request)"));
    EXPECT_TRUE(has_line(text, "Originate time: 35605051 milliseconds (09:53:25.051 UTC)"));
    EXPECT_TRUE(has_line(text, "Transmit time: 2147483653 (not a time of day)"));
    EXPECT_EQ(brief_of("icmp timestamp"),
              "IP 10.0.2.2 > 10.0.2.15: ICMP timestamp request id 1 seq 2 length 0\n");
}

TEST(DumpIcmp, ShowsMasksAndRouters) {
    EXPECT_TRUE(has_line(full_of("icmp mask"), "Address mask: 255.255.255.0"));
    const std::string text = full_of("icmp routers");
    EXPECT_TRUE(has_line(text, "Addresses: 2"));
    EXPECT_TRUE(has_line(text, "Lifetime: 1800 seconds"));
    EXPECT_TRUE(has_line(text, "Router: 10.0.2.1, preference 1"));
    EXPECT_TRUE(has_line(text, "Router: 10.0.2.2, preference -2"));
    EXPECT_TRUE(
        has_line(full_of("icmp long router entries"), "Router: 10.0.2.1, preference 1, data 0a 00 02 02"));
}

TEST(DumpIcmp, FindsTheExtensionBehindTheQuote) {
    for (const char* name : {"icmp mpls", "icmp old extension", "icmpv6 extension"}) {
        const std::string text = full_of(name);
        EXPECT_TRUE(has_line(text, "----- ICMP EXTENSION -----"));
        EXPECT_TRUE(has_line(text, "Checksum: 0x4bb1 (correct)"));
        EXPECT_TRUE(has_line(text, "Object class: 1 (MPLS label stack)"));
        EXPECT_TRUE(has_line(text, "MPLS label: 1000, experimental 0, bottom of stack no, TTL 1"));
        EXPECT_TRUE(has_line(text, "MPLS label: 1, experimental 1, bottom of stack yes, TTL 2"));
    }
    EXPECT_TRUE(has_line(full_of("icmp mpls"), "Quoted length: 128 bytes"));
    EXPECT_TRUE(has_line(full_of("icmp mpls"), "Padding: 94 bytes behind the quoted packet, all zero"));
    EXPECT_TRUE(has_line(full_of("icmp extension without a checksum"), "Checksum: 0x0000 (none)"));
    EXPECT_TRUE(has_line(full_of("icmp other object"), "Data: aa bb cc dd"));
    EXPECT_TRUE(
        has_line(full_of("icmp bad extension"), "[malformed: an object of 2 bytes, the message has 4]"));
    EXPECT_TRUE(has_line(full_of("icmp long quote length"),
                         "[malformed: the length says 1020 bytes, the message has 128]"));
    // Without the length, a wrong checksum makes the bytes a part of the quote.
    const auto wrong = poke(bytes_of_frame("icmp old extension"), 14 + 20 + 8 + 128 + 2, {0, 1});
    EXPECT_EQ(full(wrong).find("ICMP EXTENSION"), std::string::npos);
}

TEST(DumpIcmp, ShowsInterfaces) {
    const std::string text = full_of("icmp interface");
    EXPECT_TRUE(has_line(text, "Interface role: 0 (incoming IP)"));
    EXPECT_TRUE(has_line(text, "Interface index: 7"));
    EXPECT_TRUE(has_line(text, "Interface address: 10.0.2.2, family 1 (IPv4)"));
    EXPECT_TRUE(has_line(text, "Interface name: eth1"));
    EXPECT_TRUE(has_line(text, "Interface MTU: 1500 bytes"));
    EXPECT_TRUE(has_line(full_of("icmp probe by name"), "Interface name: eth0"));
    EXPECT_TRUE(has_line(full_of("icmp probe by index"), "Interface index: 2"));
    EXPECT_TRUE(has_line(full_of("icmp probe by address"),
                         "Interface address: 10.0.2.15, family 1 (IPv4), length 4"));
    EXPECT_TRUE(has_line(full_of("icmp probe reply"), "State: 2 (reachable)"));
}

TEST(DumpIcmpv6, ShowsErrorsAndWhatTheyAreAbout) {
    EXPECT_EQ(
        brief_of("icmpv6 unreachable"),
        "IP6 2001:db8::1 > 2001:db8::2: ICMP6 destination unreachable (port unreachable) length 54, about "
        "IP6 [2001:db8::1]:99 > [2001:db8::2]:1024: UDP length 6\n");
    EXPECT_TRUE(has_line(full_of("icmpv6 unreachable"), "----- QUOTED UDP HEADER -----"));
    EXPECT_TRUE(has_line(full_of("icmpv6 too big"), "MTU: 1280 bytes"));
    EXPECT_TRUE(has_line(full_of("icmpv6 parameter problem"), "Pointer: 40"));
    EXPECT_TRUE(has_line(full_of("icmpv6 echo"), "Checksum: 0xc2d9 (correct)"));
    EXPECT_EQ(
        brief(poke(bytes_of_frame("icmpv6 echo"), 63, {'x'})),
        "IP6 2001:db8::1 > 2001:db8::2: ICMP6 echo request [bad message checksum] id 7 seq 3 length 2\n");
    EXPECT_TRUE(has_line(full_of("icmpv6 unknown"), "Rest of header: 0x00000028"));
}

// Fields of bits share bytes, and some bytes have a meaning that is found later.
TEST(DumpIcmpv6, ShowsTheBytesOfACutField) {
    const auto cut = [](const std::string& name, usize n) {
        return full(Bytes(bytes_of_frame(name)).first(n));
    };
    EXPECT_TRUE(has_line(cut("icmpv6 echo", 14 + 3), "Incomplete field: 60 00 00"));
    EXPECT_TRUE(has_line(cut("icmpv6 extension", 14 + 40 + 7), "Incomplete field: 10 00 00"));
    EXPECT_TRUE(has_line(cut("icmp mpls", 14 + 20 + 6), "Incomplete field: 20"));
    EXPECT_TRUE(has_line(cut("gre with all fields", 14 + 20 + 5), "Incomplete field: 5f"));
}

TEST(DumpIcmpv6, ShowsNeighborDiscovery) {
    const std::string text = full_of("ndp router advertisement");
    EXPECT_TRUE(has_line(text, "Managed addresses: yes"));
    EXPECT_TRUE(has_line(text, "Home agent: no"));
    EXPECT_TRUE(has_line(text, "Preference: 1 (high)"));
    EXPECT_TRUE(has_line(text, "Router lifetime: 1800 seconds"));
    EXPECT_TRUE(has_line(text, "Option: 1 (source link-layer address): 52:54:00:12:34:56"));
    EXPECT_TRUE(has_line(text, "Option: 5 (MTU): 1500 bytes"));
    EXPECT_TRUE(
        has_line(text,
                 "Option: 3 (prefix information): 2001:db8::/64, flags 0xc0 (on-link, autonomous), valid "
                 "lifetime 86400 seconds, preferred lifetime 14400 seconds"));
    EXPECT_TRUE(has_line(text,
                         "Option: 24 (route information): 2001:db8:5::/48, preference 1 (high), lifetime 600 "
                         "seconds"));
    EXPECT_TRUE(
        has_line(text, "Option: 24 (route information): /0, preference 3 (low), lifetime 600 seconds"));
    EXPECT_TRUE(has_line(text, "DNS server: 2001:db8::53"));
    EXPECT_TRUE(has_line(text, "DNS search domain: lab.example."));
    EXPECT_EQ(brief_of("ndp neighbor solicitation"),
              "IP6 2001:db8::1 > 2001:db8::2: ICMP6 neighbor solicitation for 2001:db8::9 length 16\n");
    EXPECT_TRUE(has_line(full_of("ndp neighbor advertisement"), "Solicited: yes"));
    EXPECT_TRUE(
        has_line(full_of("ndp neighbor advertisement"), "Option: 99 (unknown), data 01 02 03 04 05 06"));
    EXPECT_TRUE(has_line(full_of("ndp bad option"), "[malformed: an NDP option with an impossible length]"));

    const std::string redirect = full_of("ndp redirect");
    EXPECT_TRUE(has_line(redirect, "Destination: 2001:db8::2"));
    EXPECT_TRUE(has_line(redirect, "----- QUOTED IPV6 HEADER -----"));
    EXPECT_LT(redirect.find("target link-layer address"), redirect.find("QUOTED"));
}

TEST(DumpIcmpv6, ShowsMulticastListeners) {
    EXPECT_TRUE(has_line(full_of("mld query"), "Max response delay: 10000 milliseconds"));
    const std::string query = full_of("mld query v2");
    EXPECT_TRUE(has_line(query, "Max response delay: 32776 milliseconds"));
    EXPECT_TRUE(has_line(query, "Robustness: 2"));
    EXPECT_TRUE(has_line(query, "Query interval: 125 seconds"));
    EXPECT_TRUE(has_line(query, "Source: 2001:db8::1"));
    EXPECT_TRUE(has_line(full_of("mld report"), "Multicast address: fe80::3"));
    const std::string report = full_of("mld report v2");
    EXPECT_TRUE(has_line(report, "Record type: 4 (change to exclude)"));
    EXPECT_TRUE(has_line(report, "Record address: fe80::3"));
    EXPECT_TRUE(has_line(report, "Record type: 5 (allow new sources)"));
    EXPECT_TRUE(has_line(report, "Sources: 2"));
    EXPECT_TRUE(has_line(report, "Source: 2001:db8::2"));
    EXPECT_TRUE(has_line(report, "Auxiliary data: aa bb cc dd"));
    EXPECT_TRUE(has_line(full_of("mld bad report"), "[malformed: 2 more group records than there are]"));
}

TEST(DumpIgmp, ShowsQueriesAndReports) {
    EXPECT_TRUE(has_line(full_of("igmp query"), "Max response time: 100 (10.0 seconds)"));
    EXPECT_TRUE(has_line(full_of("igmp query"), "Checksum: 0x0da0 (correct)"));
    EXPECT_EQ(full_of("igmp query v1").find("Max response time"), std::string::npos);
    const std::string query = full_of("igmp query v3");
    EXPECT_TRUE(has_line(query, "Max response time: 736 (73.6 seconds)"));
    EXPECT_TRUE(has_line(query, "Suppress flag: yes"));
    EXPECT_TRUE(has_line(query, "Source: 10.0.0.2"));
    EXPECT_TRUE(
        has_line(full_of("igmp short of sources"), "[malformed: 2 sources take 8 bytes, 5 are here]"));
    EXPECT_EQ(brief_of("igmp leave"), "IP 10.0.2.2 > 10.0.2.15: IGMP leave group 224.0.0.251 length 8\n");
    const std::string report = full_of("igmp report v3");
    EXPECT_TRUE(has_line(report, "Record type: 6 (block old sources)"));
    EXPECT_TRUE(has_line(report, "Group: 224.0.0.252"));
    EXPECT_TRUE(has_line(report, "Auxiliary data: 01 02 03 04"));
    EXPECT_EQ(brief_of("igmp report v3"),
              "IP 10.0.2.2 > 10.0.2.15: IGMP membership report v3 records 2 length 32\n");
}

}  // namespace
}  // namespace net
