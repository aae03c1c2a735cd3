// The dump of what UDP and TCP carry: DNS, DHCP, NTP, HTTP.
#include "unit/dump_frames.h"

namespace net {
namespace {

TEST(DumpDns, ShowsAQueryAndItsAnswers) {
    const auto frame = dump_frame_of("dns");
    const std::string text = full(frame);
    EXPECT_TRUE(has_line(text, "Identifier: 0x002a (42)"));
    EXPECT_TRUE(has_line(text, "Message: 1 (response)"));
    EXPECT_TRUE(has_line(text, "Flags: 0x8180 (recursion desired, recursion available)"));
    EXPECT_TRUE(has_line(text, "Result: 0 (no error)"));
    EXPECT_TRUE(has_line(text, "Question: www.nx6.test A (1) IN"));
    EXPECT_EQ(full(poke(frame, 44, {0})).find("Result"), std::string::npos);  // a query has none
    EXPECT_TRUE(has_line(text, "Answer: www.nx6.test CNAME (5) IN, TTL 300: nx6.test"));
    EXPECT_TRUE(has_line(text, "Answer: nx6.test A (1) IN, TTL 300: 10.0.2.2"));
    EXPECT_TRUE(has_line(text, "Answer: nx6.test MX (15) IN, TTL 300: preference 10 www.nx6.test"));
    EXPECT_TRUE(has_line(text, "Answer: nx6.test TXT (16) IN, TTL 300: \"hi\" \"\\x00!\""));
    EXPECT_TRUE(has_line(
        text, "Additional: . OPT UDP size 1232, extended result 0, version 0, flags 0x8000 (DNSSEC OK)"));
    EXPECT_EQ(brief(frame).substr(brief(frame).find("DNS")),
              "DNS id 42 response A? www.nx6.test, CNAME www.nx6.test\n");
}

TEST(DumpDns, ANameThatPointsToItselfIsMalformed) {
    const auto query = from_hex("00 01 01 00 00 01 00 00 00 00 00 00");
    for (const char* name :
         {"c0 0c 00 01 00 01", "01 61 c0 0c 00 01 00 01", "c0 ff 00 01 00 01", "80 00 00 01 00 01"}) {
        const auto frame = kEther + ip(IpProtocol::Udp, udp_of(53, 1024, query + from_hex(name)));
        EXPECT_TRUE(has_line(full(frame), "[malformed: Question 1 of 1 cannot be read]")) << name;
    }
}

TEST(DumpDns, CharactersOfANameAreEscaped) {
    const auto frame = kEther + ip(IpProtocol::Udp, udp_of(1024, 53,
                                                           from_hex("00 01 01 00 00 01 00 00 00 00 00 00"
                                                                    "04 2e 5c 07 41 00 00 1c 00 01")));
    EXPECT_TRUE(has_line(full(frame), "Question: \\.\\\\\\007A AAAA (28) IN"));
}

TEST(DumpDns, OverTcpBehindItsLength) {
    const auto message = from_hex("00 01 01 00 00 01 00 00 00 00 00 00 01 61 00 00 01 00 01");
    auto segment = tcp(TcpFlags::Ack, {}, from_hex("00 13") + message);
    segment = poke(segment, 2, {0, 53});
    EXPECT_TRUE(has_line(full(kEther + ip(IpProtocol::Tcp, segment)), "Question: a A (1) IN"));
}

TEST(DumpDhcp, ShowsOptionsInWords) {
    const auto frame = dump_frame_of("dhcp");
    const std::string text = full(frame);
    EXPECT_TRUE(has_line(text, "Operation: 2 (reply)"));
    EXPECT_TRUE(has_line(text, "Transaction: 0x3903f326"));
    EXPECT_TRUE(has_line(text, "Flags: 0x8000 (broadcast)"));
    EXPECT_TRUE(has_line(text, "Your IP: 10.0.2.15"));
    EXPECT_TRUE(has_line(text, "Client MAC: 52:54:00:12:34:56"));
    EXPECT_TRUE(has_line(text, "DHCP option: 53 (message type): 2 (OFFER)"));
    EXPECT_TRUE(has_line(text, "DHCP option: 1 (subnet mask): 255.255.255.0"));
    EXPECT_TRUE(has_line(text, "DHCP option: 6 (DNS server): 10.0.2.3 10.0.2.4"));
    EXPECT_TRUE(has_line(text, "DHCP option: 51 (lease time): 86400 seconds"));
    EXPECT_TRUE(has_line(text, "DHCP option: 12 (host name): nx6"));
    EXPECT_TRUE(has_line(text, "DHCP option: 55 (parameter request): 1 (subnet mask), 3 (router)"));
    EXPECT_TRUE(has_line(text, "DHCP option: 255 (end)"));
    EXPECT_NE(brief(frame).find("DHCP id 0x3903f326 your 10.0.2.15 client 52:54:00:12:34:56 OFFER"),
              std::string::npos)
        << brief(frame);
}

TEST(DumpDhcp, AHardwareAddressMayHaveAnotherLength) {
    EXPECT_TRUE(has_line(full(poke(dump_frame_of("dhcp"), 44, {3})), "Client address: 52 54 00"));
    EXPECT_TRUE(has_line(full(poke(dump_frame_of("dhcp"), 44, {255})),
                         "Client address: 52 54 00 12 34 56 00 00 00 00 00 00 00 00 00 00"));
}

TEST(DumpNtp, ShowsTimesAsDates) {
    const auto frame = dump_frame_of("ntp");
    const std::string text = full(frame);
    EXPECT_TRUE(has_line(text, "Mode: 4 (server)"));
    EXPECT_TRUE(has_line(text, "Stratum: 2"));
    EXPECT_TRUE(has_line(text, "Precision: -23 (2^-23 seconds)"));
    EXPECT_TRUE(has_line(text, "Root delay: 0.500000 seconds"));
    EXPECT_TRUE(has_line(text, "Reference ID: 10.0.2.3"));
    EXPECT_TRUE(has_line(text, "Reference time: 0 (unknown)"));
    // RFC 5905 figure 4: the first day of UNIX.
    EXPECT_TRUE(has_line(text, "Transmit time: 1970-01-01 00:00:00.500000 UTC"));
    EXPECT_TRUE(has_line(text, "Receive time: 2000-02-29 12:34:56.000000 UTC"));
}

TEST(DumpNtp, AControlMessageHasAnotherFormat) {
    const std::string text = full(poke(dump_frame_of("ntp"), 42, {0x26}));
    EXPECT_TRUE(has_line(text, "Mode: 6 (control)"));
    EXPECT_EQ(text.find("Stratum"), std::string::npos);
}

TEST(DumpHttp, ShowsTheFirstLine) {
    const auto segment = [](const std::string& text) {
        return kEther + ip(IpProtocol::Tcp, tcp(TcpFlags::Ack, {}, {text.begin(), text.end()}));
    };
    const auto request = segment("GET /index.html HTTP/1.1\r\nHost: nx6\r\n\r\n");
    EXPECT_TRUE(has_line(full(request), "First line: GET /index.html HTTP/1.1"));
    EXPECT_TRUE(brief(request).ends_with("length 39 HTTP GET /index.html HTTP/1.1\n")) << brief(request);
    EXPECT_TRUE(has_line(full(segment("HTTP/1.1 404 Not Found\r\n")), "First line: HTTP/1.1 404 Not Found"));
    EXPECT_TRUE(brief(segment("HTTP/1.1 404 Not Found\r\n")).ends_with("length 24 HTTP/1.1 404 Not Found\n"));
    EXPECT_EQ(full(segment("GETAWAY")).find("HTTP"), std::string::npos);
}

}  // namespace
}  // namespace net
