// The host's DNS responder: golden messages (RFC 1035, section 4.1), and malformed queries.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tools/server/dns.h"

namespace {

using Message = std::vector<u8>;

// A query with id 0x1234, recursion desired, one question.
Message query(std::initializer_list<std::string> labels, u8 type = 1) {
    Message m = {0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0};
    for (const std::string& label : labels) {
        m.push_back(static_cast<u8>(label.size()));
        m.insert(m.end(), label.begin(), label.end());
    }
    for (u8 b : {0, 0, int{type}, 0, 1}) m.push_back(b);
    return m;
}

Message ask(Bytes q) {
    Message reply(dns::kMaxMessage);
    reply.resize(dns::answer(q, reply));
    return reply;
}

int code(const Message& reply) { return reply.size() < 12 ? -1 : reply[3] & 0x0f; }
int answers(const Message& reply) { return reply.size() < 12 ? -1 : reply[7]; }

TEST(DnsResponder, AnswersANameItKnows) {
    Message q = query({"www", "NX6", "test"});
    Message want = q;
    want[2] = 0x85;  // response, authoritative, recursion desired
    want[3] = 0x80;  // recursion available, no error
    want[7] = 1;
    for (int b : {0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 2, 2}) want.push_back(static_cast<u8>(b));
    EXPECT_EQ(ask(q), want);
}

TEST(DnsResponder, KnowsTheNameOfMitsLab) {
    Message reply = ask(query({"pdos", "csail", "mit", "edu"}));
    EXPECT_EQ(Message(reply.end() - 4, reply.end()), (Message{128, 52, 129, 126}));
}

TEST(DnsResponder, SaysNxdomainToOtherNames) {
    for (auto& q : {query({"example", "org"}), query({"notnx6", "test"}), query({})}) {
        EXPECT_EQ(code(ask(q)), 3);
        EXPECT_EQ(answers(ask(q)), 0);
    }
}

TEST(DnsResponder, HasNoRecordsButAddresses) {
    Message reply = ask(query({"nx6", "test"}, 28));
    EXPECT_EQ(code(reply), 0);
    EXPECT_EQ(answers(reply), 0);
}

TEST(DnsResponder, NeverAnswersAResponse) {
    Message q = query({"nx6", "test"});
    q[2] |= 0x80;
    EXPECT_TRUE(ask(q).empty());
}

TEST(DnsResponder, DoesNotImplementOtherOpcodes) {
    Message q = query({"nx6", "test"});
    q[2] |= 0x28;
    EXPECT_EQ(code(ask(q)), 4);
}

TEST(DnsResponder, SurvivesEveryTruncation) {
    Message q = query({"www", "nx6", "test"});
    for (usize n = 0; n < q.size(); n++)
        EXPECT_EQ(code(ask(Bytes(q).first(n))), n < 12 ? -1 : 1) << "at " << n << " bytes";
}

TEST(DnsResponder, RefusesLabelsTooLongAndPointers) {
    EXPECT_EQ(code(ask(query({std::string(64, 'a')}))), 1);
    EXPECT_EQ(code(ask(query({std::string(63, 'a'), std::string(63, 'b'), std::string(63, 'c'),
                              std::string(63, 'd'), "e"}))),
              1);
    Message pointer = {0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 0x0c, 0, 1, 0, 1};
    EXPECT_EQ(code(ask(pointer)), 1);
}

TEST(DnsResponder, RefusesAnythingButOneQuestion) {
    for (u8 count : {0, 2, 255}) {
        Message q = query({"nx6", "test"});
        q[5] = count;
        EXPECT_EQ(code(ask(q)), 1);
    }
}

TEST(DnsResponder, SurvivesRandomBytes) {
    std::mt19937 random(6);
    for (int i = 0; i < 20'000; i++) {
        Message q(random() % 300);
        for (u8& b : q) b = static_cast<u8>(random());
        if (q.size() > 5 && i % 2) q[2] = 1, q[4] = 0, q[5] = 1;
        EXPECT_LE(ask(q).size(), dns::kMaxMessage);
    }
}

}  // namespace
