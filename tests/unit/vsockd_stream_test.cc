// vsockd's connections: both ways of opening one, data and credit.
#include "fake/vsockd/machine.h"

namespace {

using namespace fake;

std::string pattern(usize n) {
    std::string s(n, 0);
    for (usize i = 0; i < n; i++) s[i] = static_cast<char>(i * 31 >> 3);
    return s;
}

TEST(VsockdStream, OpenedByAProgramEchoes) {
    Machine m;
    auto [program, host, guest] = m.connected();
    program.send("hello");
    m.run();
    EXPECT_EQ(m.expect(VsockOp::Data).data, "hello");
    m.send(VsockOp::Data, host, guest, "world");
    EXPECT_EQ(program.receive(), "world");
}

TEST(VsockdStream, OpenedByTheGuestEchoes) {
    Machine m;
    auto [program, host, guest] = m.accepted();
    m.send(VsockOp::Data, host, guest, "hello");
    EXPECT_EQ(program.receive(), "hello");
    program.send("world");
    m.run();
    EXPECT_EQ(m.expect(VsockOp::Data).data, "world");
}

TEST(VsockdStream, BytesBehindTheConnectLineAreData) {
    Machine m;
    Program program = m.connect("CONNECT 52\nat once");
    const u32 host = m.expect(VsockOp::Request).header.src_port;
    EXPECT_FALSE(m.receive()) << "not before the guest has accepted";
    m.send(VsockOp::Response, host, 52);
    EXPECT_EQ(m.expect(VsockOp::Data).data, "at once");
}

TEST(VsockdStream, HostPortsAreTakenInTurn) {
    Machine m;
    std::vector<Machine::Pair> open;
    for (u32 i = 0; i < 3; i++) EXPECT_EQ(open.emplace_back(m.connected()).host_port, (1u << 30) + i);
}

TEST(VsockdStream, WorksWithEventIndexAndIndirectDescriptors) {
    Machine m({.features = 1ull << 32 | 1ull << 30 | 1ull << 29 | 1ull << 28});
    for (int i = 0; i < 300; i++) {
        auto [program, host, guest] = m.connected();
        m.send(VsockOp::Data, host, guest, "x");
        EXPECT_EQ(program.receive(), "x");
        m.send(VsockOp::Reset, host, guest);
        m.receive();
    }
    EXPECT_TRUE(m.daemon->idle());
}

TEST(VsockdStream, AProgramThatReadsWakesVsockdOnlyIfItsSocketWasFull) {
    Machine m;
    auto [program, host, guest] = m.connected();
    m.send(VsockOp::Data, host, guest, pattern(30'000));
    EXPECT_EQ(program.receive().size(), 30'000u);
    EXPECT_FALSE(m.daemon->step(0));
    usize sent = 0;
    for (; !m.daemon->counters().bytes_kept; sent += 30'000)
        m.send(VsockOp::Data, host, guest, pattern(30'000));
    EXPECT_FALSE(m.daemon->step(0));
    usize got = program.receive().size();
    EXPECT_TRUE(m.daemon->step(0));
    got += program.receive().size();
    EXPECT_EQ(got, sent) << "and what was kept has arrived";
    EXPECT_FALSE(m.daemon->step(0)) << "the socket is not full any more";
}

TEST(VsockdStream, CarriesMegabytesToTheGuest) {
    Machine m;
    auto [program, host, guest] = m.connected();
    const std::string sent = pattern(3'000'000);
    std::string got;
    for (usize done = 0; got.size() < sent.size();) {
        done += program.send(sent.substr(done));
        m.run();
        got += m.receive_data(host, guest);
    }
    EXPECT_TRUE(got == sent);
}

TEST(VsockdStream, CarriesMegabytesFromTheGuest) {
    Machine m;
    auto [program, host, guest] = m.accepted();
    const std::string sent = pattern(3'000'000);
    std::string got;
    for (usize done = 0; done < sent.size(); done += 30'000) {
        m.send(VsockOp::Data, host, guest, sent.substr(done, 30'000));
        got += program.receive();
        m.run();
        while (m.receive()) {  // credit
        }
    }
    EXPECT_TRUE(got == sent);
    EXPECT_EQ(m.daemon->counters().reset_overrun, 0u);
}

TEST(VsockdStream, NeverSendsMoreThanTheGuestsCredit) {
    Machine m;
    auto [program, host, guest] = m.connected();
    while (program.send(std::string(10'000, 'x'))) m.run();
    usize received = 0;
    bool asked = false;
    while (auto p = m.receive()) received += p->data.size(), asked |= p->op() == VsockOp::CreditRequest;
    EXPECT_EQ(received, Machine::kBuffer);
    EXPECT_TRUE(asked) << "without credit, it asks for some";
    m.fwd_cnt = Machine::kBuffer;
    m.send(VsockOp::CreditUpdate, host, guest);
    EXPECT_FALSE(m.expect(VsockOp::Data).data.empty());
}

TEST(VsockdStream, StalledReaderHoldsUpItsOwnConnectionOnly) {
    Machine m;
    auto [stalled, host, guest] = m.connected(52);
    auto [other, host2, guest2] = m.connected(53);
    usize sent = 0;
    // A guest that keeps to its credit: 64 KiB in flight.
    while (!m.daemon->counters().bytes_kept)
        m.send(VsockOp::Data, host, guest, std::string(10'000, 'x')), sent += 10'000;
    m.send(VsockOp::Data, host2, guest2, "not held up");
    EXPECT_EQ(other.receive(), "not held up");
    usize got = 0;
    for (int i = 0; i < 100 && got < sent; i++) got += stalled.receive().size(), m.run();
    EXPECT_EQ(got, sent);
}

TEST(VsockdStream, CreditIsGivenOnlyForWhatTheProgramsSocketTook) {
    Machine m;
    auto [program, host, guest] = m.connected();
    usize sent = 0;
    while (!m.daemon->counters().reset_overrun)
        m.send(VsockOp::Data, host, guest, std::string(4'000, 'x')), sent += 4'000;
    // Beyond the credit, the guest is reset; what it sent within the credit still arrives.
    usize got = 0;
    for (int i = 0; i < 100 && !program.is_at_end(); i++) got += program.receive().size(), m.run();
    EXPECT_EQ(got, sent - 4'000);
    while (auto p = m.receive())
        if (p->op() == VsockOp::Reset) return;
    ADD_FAILURE() << "no RST";
}

TEST(VsockdStream, ConnectionsTakeTurns) {
    Machine m({.buffers = 1});
    m.refill = false;
    m.offer_buffers(6);
    auto a = m.connected(52), b = m.connected(53);
    a.program.send(std::string(60'000, 'a'));
    b.program.send(std::string(60'000, 'b'));
    m.offer_buffers(4);
    m.kick();
    std::string turns;
    while (auto p = m.receive())
        if (p->op() == VsockOp::Data) turns += p->data[0];
    EXPECT_NE(turns.find("ab"), std::string::npos) << turns;
    EXPECT_NE(turns.find("ba"), std::string::npos) << turns;
}

}  // namespace
