// DNS at both ends: the resolver of programs reads an answer, `make server` reads a query.
//
//   the length of a name, the name, what to do, the message
#include "posix/dns.h"

#include <cstring>

#include "tests/fuzz/input.h"
#include "tests/fuzz/target.h"
#include "tools/server/dns.h"

namespace fuzz {
namespace {

void answer(const posix::DnsQuery& query, Bytes message) {
    u32 addresses[posix::kMostAddresses];
    const int found = posix::read_dns_addresses(query, message.data(), message.size(), addresses);
    must(found >= posix::kServerFailed && found <= posix::kMostAddresses, "there is room for each address");
    char name[posix::kMaxHostName];
    const int named = posix::read_dns_name(query, message.data(), message.size(), name);
    if (named == 1) must(std::memchr(name, 0, sizeof name) != nullptr, "a name ends");
}

void responder(Bytes message) {
    u8 reply[dns::kMaxMessage];
    const usize n = dns::answer(message, reply);
    must(n <= sizeof reply, "a reply fits");
    if (n == 0) return;
    u8 second[dns::kMaxMessage];
    must(dns::answer(Bytes(reply, n), second) == 0, "a reply is not answered");
}

void run(Bytes input) {
    Input in(input);
    const Bytes text = in.bytes(in.byte());
    const std::string name(text.begin(), text.end());
    posix::DnsQuery query;
    const u8 how = in.byte();
    make_dns_query(query, 0x1234, name.c_str(), how & 1 ? posix::DnsType::Ptr : posix::DnsType::A);
    must(query.length <= sizeof query.message, "a query fits");
    const Bytes rest = in.rest();
    if (how & 2) return responder(rest);
    if (query.length == 0) return;
    // An answer to this query: its question, and records from the input.
    packets::Packet message(query.message, query.message + query.length);
    message[2] |= 0x80;
    message[3] = how & 4 ? in.byte() : 0;
    message[7] = how >> 4;
    message.insert(message.end(), rest.begin(), rest.end());
    answer(query, message);
    answer(query, rest);
}

std::vector<std::string> seeds() {
    using std::string;
    const string name("\7nx6.org", 8);
    const string a = string("\xc0\x0c\0\1\0\1\0\0\1\0\0\4\12\0\2\2", 16);
    const string alias = string("\xc0\x0c\0\5\0\1\0\0\1\0\0\2\xc0\x10", 14);
    const string ptr = string("\xc0\x0c\0\14\0\1\0\0\1\0\0\6\3www\xc0\x0c", 18);
    const string query("\x12\x34\1\0\0\1\0\0\0\0\0\0\3nx6\4test\0\0\1\0\1", 26);
    return {name + '\x10' + a, name + '\x20' + alias + a, name + '\x11' + ptr, name + '\2' + query,
            name + '\x14' + '\3' + a};
}

}  // namespace

constinit const Target dns_messages = {"dns", 600, run, seeds};

}  // namespace fuzz
