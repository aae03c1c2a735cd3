// What is wrong with an expression: the reason, and the place.
#include "net/filter/language/compiler.h"
#include "unit/filter_kit.h"

namespace net {
namespace {

language::Compiler compiler;

std::string printed(const std::string& expression) {
    EXPECT_FALSE(compiler.compile(expression)) << expression;
    std::string text;
    const auto append = [](void* to, const char* run, usize n) {
        static_cast<std::string*>(to)->append(run, n);
    };
    language::print_fault({append, &text}, expression, compiler.fault());
    return text;
}

struct Row {
    const char *expression, *place, *reason;
};

constexpr Row kRows[] = {
    // words and signs
    {"foo", "^^^", "this word is not known here"},
    {"tcp or foo", "       ^^^", "this word is not known here"},
    {"tcp port 80 $", "            ^", "this character has no meaning here"},
    {"port 80x", "     ^^^", "this is no number"},
    {"port 0x", "     ^^", "this is no number"},
    {"len = 4294967296", "      ^^^^^^^^^^", "this number has more than 32 bits"},
    {"host 10.0.2.256", "     ^^^^^^^^^^", "this is no IPv4 address"},
    {"host 1.2.3.4.5", "     ^^^^^^^^^", "this is no IPv4 address"},
    // the grammar
    {"tcp and", "       ^", "the expression ends too early"},
    {"not", "   ^", "the expression ends too early"},
    {"(tcp", "    ^", "expected ) here"},
    {"tcp)", "   ^", "expected and, or or the end of the expression here"},
    {"tcp udp", "    ^^^", "expected and, or or the end of the expression here"},
    {"tcp 80", "    ^^", "expected and, or or the end of the expression here"},
    {"and tcp", "^^^", "this word is not known here"},
    {"ip[", "   ^", "the expression ends too early"},
    {"ip[2", "    ^", "expected ] here"},
    {"ip[2:3] = 1", "     ^", "a size is 1, 2 or 4"},
    {"ip[2:x] = 1", "     ^", "expected a size: 1, 2 or 4"},
    {"ip[70000] = 1", "   ^^^^^", "an offset is 0 to 65535"},
    {"ip[-1] = 1", "   ^", "an offset is 0 to 65535"},
    {"ip[2]", "^^^^^", "this is a value: compare it, or say what it is (port, host, ...)"},
    {"80", "^^", "this is a value: compare it, or say what it is (port, host, ...)"},
    {"tcp or 80", "       ^^", "this is a value: compare it, or say what it is (port, host, ...)"},
    {"10.0.2.2", "^^^^^^^^", "say what this is: host, net, port, proto, ..."},
    {"tcp = 1", "^^^", "this is a condition: it has no value to calculate or compare with"},
    {"1 + (tcp or udp) = 1", "    ^^^^^^^^^^^^",
     "this is a condition: it has no value to calculate or compare with"},
    {"len / 0 = 1", "    ^", "division by zero"},
    {"len % 0 = 1", "    ^", "division by zero"},
    {"len << 32 = 1", "    ^^", "shift by more than 31 bits"},
    // hosts and networks
    {"host router", "     ^^^^^^", "expected an address here; names are not looked up"},
    {"host", "    ^", "expected an address here; names are not looked up"},
    {"net 10.0.2.1/24", "    ^^^^^^^^", "bits are set behind the mask"},
    {"net 10.0.0.0/33", "             ^^", "a network's length is at most 32"},
    {"net 10.0.0.0/x", "             ^", "expected a length from 0 to 32 here"},
    {"net 10.0.0.0 mask 24", "                  ^^", "expected a mask such as 255.255.255.0 here"},
    {"host 10.0.0.0/8", "             ^", "a mask belongs to net"},
    {"tcp host 10.0.2.2", "         ^^^^^^^^",
     "this protocol has no addresses: use ip, arp or rarp before it"},
    {"ip6 host 10.0.2.2", "         ^^^^^^^^", "this is no IPv6 address"},
    {"ether host 10.0.2.2", "           ^^^^^^^^", "behind ether, give an address such as 52:54:00:12:34:56"},
    {"host 52:54:00:12:34:56", "     ^^^^^^^^^^^^^^^^^",
     "an Ethernet address needs ether before it: ether host"},
    {"ether net 52:54:00:12:34:56", "          ^^^^^^^^^^^^^^^^^", "an Ethernet address is a host's"},
    {"ether", "^^^^^", "say what of ether: ether host, ether proto, ether[0]"},
    // ports
    {"port 65536", "     ^^^^^", "a port is at most 65535"},
    {"port gopher", "     ^^^^^^", "the number of this port is not known: give the number"},
    {"port (", "      ^", "the expression ends too early"},
    {"port =", "     ^", "expected a port here"},
    {"ip port 80", "        ^^", "a port needs tcp, udp, sctp or nothing before it"},
    {"portrange 90-80", "          ^^", "the first port of the range is greater than the last"},
    // the rest
    {"ether proto 5", "            ^", "an Ethernet type is 0x600 to 0xffff"},
    {"ip proto 256", "         ^^^", "an IP protocol is at most 255"},
    {"ip proto foo", "         ^^^", "expected a protocol's number or name here"},
    {"ip proto \\arp", "         ^^^^", "this protocol is not in IP"},
    {"ether proto \\tcp", "            ^^^^", "this protocol has no Ethernet type"},
    {"tcp proto 6", "          ^", "proto needs ether, ip, ip6 or nothing before it"},
    {"src proto 6", "          ^", "a protocol has no direction"},
    {"vlan 4096", "     ^^^^", "a VLAN identifier is at most 4095"},
    {"ip broadcast", "   ^^^^^^^^^", "the netmask is not known here: ip broadcast is not possible"},
    {"tcp broadcast", "    ^^^^^^^^^", "broadcast needs ether, ip or nothing before it"},
    {"tcp multicast", "    ^^^^^^^^^", "multicast needs ether, ip, ip6 or nothing before it"},
    {"less x", "     ^", "expected a length here"},
    {"esp[0] = 1", "^^^", "the bytes of this protocol cannot be asked for"},
    {"ip and arp", "^^^^^^^^^^", "this matches no packet"},
    {"1 = 2", "^^^^^", "this matches no packet"},
};

TEST(FilterFault, NamesTheReasonAndPointsAtThePlace) {
    for (const Row& r : kRows)
        EXPECT_EQ(printed(r.expression), std::string(r.expression) + "\n" + r.place + " " + r.reason + "\n");
}

std::string repeated(const std::string& part, usize n) {
    std::string all;
    for (usize i = 0; i < n; i++) all += part;
    return all;
}

TEST(FilterFault, BoundsTheNesting) {
    EXPECT_TRUE(compiler.compile(repeated("(", 32) + "tcp" + repeated(")", 32)));
    EXPECT_FALSE(compiler.compile(repeated("(", 33) + "tcp" + repeated(")", 33)));
    EXPECT_STREQ(compiler.fault().message, "too deeply nested");
    EXPECT_EQ(compiler.fault().at, 32);
    EXPECT_FALSE(compiler.compile(repeated("ip[", 33) + "0" + repeated("]", 33) + " = 1"));
    EXPECT_TRUE(compiler.compile(repeated("not ", 500) + "tcp"));  // no nesting
    EXPECT_TRUE(compiler.compile(repeated("-", 500) + "1 = 1"));
}

TEST(FilterFault, BoundsTheArithmetic) {
    EXPECT_TRUE(compiler.compile("ip[0]" + repeated(" + 1", 10) + " = 1"));
    EXPECT_FALSE(compiler.compile("ip[0]" + repeated(" + ip[1]", 40) + " = 1"));
    EXPECT_STREQ(compiler.fault().message, "the expression is too long or too deeply nested");
}

TEST(FilterFault, BoundsTheLength) {
    EXPECT_TRUE(compiler.compile("tcp" + std::string(4093, ' ')));
    EXPECT_FALSE(compiler.compile("tcp" + std::string(4094, ' ')));
    EXPECT_STREQ(compiler.fault().message, "the expression has more than 4096 characters");
}

TEST(FilterFault, BoundsTheProgram) {
    std::string list = "dst port 1";
    for (int port = 2; port < 200; port++) list += " or " + std::to_string(port);
    EXPECT_FALSE(compiler.compile(list));
    EXPECT_STREQ(compiler.fault().message, "the expression is too long or too deeply nested");
}

}  // namespace
}  // namespace net
