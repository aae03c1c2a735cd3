// The user library's DNS messages, tested on the host: user/lib/posix/dns_message.cc does not need the
// kernel.
#include <gtest/gtest.h>

#include <cstring>

#include <string>
#include <vector>

#include "../../user/lib/posix/dns_message.cc"

namespace {

using Message = std::vector<u8>;

Message query_for(const char* name) {
    posix::DnsQuery q;
    posix::make_dns_query(q, 0x1234, name);
    return Message(q.message, q.message + q.length);
}

Message bytes(std::initializer_list<int> list) { return Message(list.begin(), list.end()); }

struct Answer {
    int found;
    std::vector<u32> addresses;
};
posix::DnsQuery as_query(const Message& query, u16 id) {
    posix::DnsQuery q{.id = id, .length = query.size(), .message = {}};
    std::copy(query.begin(), query.end(), q.message);
    return q;
}
Answer read(const Message& answer, const Message& query, u16 id = 0x1234) {
    u32 a[posix::kMostAddresses];
    const int n = posix::read_dns_addresses(as_query(query, id), answer.data(), answer.size(), a);
    return {n, std::vector<u32>(a, a + (n > 0 ? n : 0))};
}

// Makes a reply from a query and these records.
Message answer_to(Message query, u16 records, const Message& tail, u8 code = 0) {
    query[2] |= 0x80;
    query[3] = code;
    query[7] = static_cast<u8>(records);
    query.insert(query.end(), tail.begin(), tail.end());
    return query;
}
const Message kAddress = bytes({0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 1, 2, 3});
const Message kAlias = bytes({0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 3, 1, 'x', 0});

TEST(Dns, AsksAsRfc1035ShowsIt) {
    EXPECT_EQ(query_for("a.example"), bytes({0x12, 0x34, 1,   0,   0,   1,   0,   0,   0, 0, 0, 0, 1, 'a',
                                             7,    'e',  'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 1, 0, 1}));
    EXPECT_EQ(query_for("a.example."), query_for("a.example"));
}

TEST(Dns, RefusesNamesThatCannotBe) {
    for (const char* name : {"", ".", "a..b", ".a"}) EXPECT_TRUE(query_for(name).empty()) << name;
    EXPECT_TRUE(query_for(std::string(64, 'a').c_str()).empty());
    EXPECT_FALSE(query_for(std::string(63, 'a').c_str()).empty());
    std::string long_name;
    for (int i = 0; i < 130; i++) long_name += "a.";
    EXPECT_TRUE(query_for(long_name.c_str()).empty());
}

TEST(Dns, FindsTheAddresses) {
    const Message q = query_for("a.example");
    Message tail = kAlias;
    tail.insert(tail.end(), kAddress.begin(), kAddress.end());
    const Answer a = read(answer_to(q, 2, tail), q);
    ASSERT_EQ(a.found, 1);
    const u8 expected[] = {10, 1, 2, 3};
    EXPECT_EQ(std::memcmp(&a.addresses[0], expected, 4), 0);
}

TEST(Dns, MindsNoCaseInTheQuestion) {
    const Message q = query_for("a.example");
    Message answer = answer_to(q, 1, kAddress);
    answer[13] = 'A';
    EXPECT_EQ(read(answer, q).found, 1);
}

TEST(Dns, TellsNoSuchNameFromAFailure) {
    const Message q = query_for("a.example");
    EXPECT_EQ(read(answer_to(q, 0, {}, 3), q).found, 0);
    EXPECT_EQ(read(answer_to(q, 0, {}, 2), q).found, -2);
}

TEST(Dns, PassesOverWhatIsNoAnswerToIt) {
    const Message q = query_for("a.example"), good = answer_to(q, 1, kAddress);
    EXPECT_EQ(read(good, q, 0x1235).found, -1) << "another identifier";
    EXPECT_EQ(read(q, q).found, -1) << "a query";
    EXPECT_EQ(read(answer_to(query_for("b.example"), 1, kAddress), q).found, -1) << "another name";
}

TEST(Dns, SurvivesEveryCutAndEveryChange) {
    const Message q = query_for("a.example");
    Message tail = kAlias;
    tail.insert(tail.end(), kAddress.begin(), kAddress.end());
    const Message good = answer_to(q, 2, tail);
    for (size_t n = 0; n <= good.size(); n++)
        (void)read(Message(good.begin(), good.begin() + static_cast<long>(n)), q);
    for (size_t at = 0; at < good.size(); at++) {
        for (int value = 0; value < 256; value++) {
            Message bad = good;
            bad[at] = static_cast<u8>(value);
            (void)read(bad, q);
        }
    }
}

TEST(Dns, TakesNoMoreAddressesThanThereIsRoomFor) {
    const Message q = query_for("a.example");
    Message tail;
    for (int i = 0; i < 20; i++) tail.insert(tail.end(), kAddress.begin(), kAddress.end());
    EXPECT_EQ(read(answer_to(q, 20, tail), q).found, posix::kMostAddresses);
}

int read_name(const Message& answer, const Message& query, std::string& name) {
    char text[posix::kMaxHostName];
    const int found = posix::read_dns_name(as_query(query, 0x1234), answer.data(), answer.size(), text);
    if (found > 0) name = text;
    return found;
}
Message name_query() {
    posix::DnsQuery q;
    posix::make_dns_query(q, 0x1234, "3.2.1.10.in-addr.arpa", posix::DnsType::Ptr);
    return Message(q.message, q.message + q.length);
}
Message pointer_record(const Message& data) {
    Message m = bytes({0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60, 0, static_cast<int>(data.size())});
    m.insert(m.end(), data.begin(), data.end());
    return m;
}

TEST(Dns, FindsTheNameOfAnAddress) {
    const Message q = name_query();
    std::string name;
    EXPECT_EQ(read_name(answer_to(q, 1, pointer_record(bytes({1, 'a', 2, 'b', 'c', 0}))), q, name), 1);
    EXPECT_EQ(name, "a.bc");
    // A name may end with a pointer to another: here to the question's "arpa".
    const int arpa = static_cast<int>(q.size()) - 4 - 6;
    EXPECT_EQ(read_name(answer_to(q, 1, pointer_record(bytes({1, 'x', 0xc0, arpa}))), q, name), 1);
    EXPECT_EQ(name, "x.arpa");
    EXPECT_EQ(read_name(answer_to(q, 0, {}, 3), q, name), 0);
}

TEST(Dns, RefusesNamesThatDoNotEndOrPrint) {
    const Message q = name_query();
    const int data = static_cast<int>(q.size()) + 12;
    std::string name;
    for (const Message& bad : {bytes({0xc0, data}), bytes({1, 'a', 0xc0, data}), bytes({1, '\n', 0}),
                               bytes({9, 'a'}), bytes({0}), bytes({0xc0, 255})})
        EXPECT_EQ(read_name(answer_to(q, 1, pointer_record(bad)), q, name), 0);
    const Message good = answer_to(q, 1, pointer_record(bytes({1, 'x', 0xc0, 12})));
    for (size_t at = 0; at < good.size(); at++) {
        for (int value = 0; value < 256; value++) {
            Message bad = good;
            bad[at] = static_cast<u8>(value);
            (void)read_name(bad, q, name);
        }
    }
}

}  // namespace
