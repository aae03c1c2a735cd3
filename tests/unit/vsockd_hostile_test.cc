// What a guest or a program may do to vsockd: it says what was wrong, resets that connection or stops that
// device, and lives.
#include "fake/vsockd/machine.h"

#include "tools/vsockd/handshake.h"

namespace {

using namespace fake;

void expect_alive(Machine& m) {
    auto [program, host, guest] = m.connected(77);
    m.send(VsockOp::Data, host, guest, "alive");
    EXPECT_EQ(program.receive(), "alive");
}

// --- the guest

TEST(VsockdHostileGuest, PacketOfNoConnectionIsResetOnce) {
    Machine m;
    for (u16 op : {2, 4, 5, 6, 7, 0, 8, 0xffff}) {
        m.send(static_cast<VsockOp>(op), 80, 1025, op == 5 ? "data" : "");
        EXPECT_EQ(m.expect(VsockOp::Reset).header.dst_port, 1025u) << op;
    }
    m.send(VsockOp::Reset, 80, 1025);
    EXPECT_FALSE(m.receive()) << "a RST is not answered";
    expect_alive(m);
}

TEST(VsockdHostileGuest, RequestToAPortWithoutAListenerIsReset) {
    Machine m;
    m.send(VsockOp::Request, 80, 1025);
    m.expect(VsockOp::Reset);
    EXPECT_EQ(m.daemon->counters().refused_no_listener, 1u);
}

TEST(VsockdHostileGuest, RequestOfAnotherTypeIsReset) {
    Machine m;
    m.listen(80);
    VsockHeader h = m.header(VsockOp::Request, 80, 1025);
    h.type = 2;
    m.send(h, "");
    EXPECT_EQ(m.expect(VsockOp::Reset).header.type, 2);
}

TEST(VsockdHostileGuest, PacketForOrFromAnotherCidIsDropped) {
    Machine m;
    for (u64 cid : {0ull, 1ull, 4ull, 0x1'0000'0002ull}) {
        VsockHeader to = m.header(VsockOp::Request, 80, 1025), from = to;
        to.dst_cid = cid;
        from.src_cid = cid + 1;
        if (cid + 1 == Machine::kCid) continue;
        m.send(to, "");
        m.send(from, "");
        EXPECT_FALSE(m.receive());
    }
    expect_alive(m);
}

TEST(VsockdHostileGuest, EmptyDataAreDropped) {
    Machine m;
    auto [program, host, guest] = m.connected();
    m.send(VsockOp::Data, host, guest, "");
    EXPECT_FALSE(m.receive());
    EXPECT_EQ(m.daemon->counters().dropped_empty, 1u);
}

TEST(VsockdHostileGuest, LengthThatLiesResetsTheConnection) {
    for (u32 length : {0u, 3u, 5u, 70'000u, ~0u}) {
        Machine m;
        auto [program, host, guest] = m.connected();
        VsockHeader h = m.header(VsockOp::Data, host, guest);
        h.length = length;
        m.send(h, "four");
        m.expect(VsockOp::Reset);
        EXPECT_TRUE(program.is_at_end());
        EXPECT_EQ(m.daemon->counters().reset_length, 1u);
        expect_alive(m);
    }
}

TEST(VsockdHostileGuest, CreditThatLiesResetsTheConnection) {
    Machine m;
    auto [program, host, guest] = m.connected();
    m.fwd_cnt = 1;  // it has read what was never sent
    m.send(VsockOp::CreditUpdate, host, guest);
    m.expect(VsockOp::Reset);
    EXPECT_TRUE(program.is_at_end());
    m.fwd_cnt = 0;
    expect_alive(m);
}

TEST(VsockdHostileGuest, EveryOpInEveryStateIsSurvived) {
    for (u16 op = 0; op < 10; op++) {
        Machine m;
        Program waiting = m.connect("CONNECT 9\n");
        const u32 port = m.expect(VsockOp::Request).header.src_port;
        auto [program, host, guest] = m.connected();
        program.close();
        m.run();
        for (u32 to : {port, host})
            for (int i = 0; i < 3; i++)
                m.send(static_cast<VsockOp>(op), to, to == port ? 9 : guest, i ? "data" : "", 3);
        while (m.receive()) {
        }
        expect_alive(m);
    }
}

TEST(VsockdHostileGuest, FloodWithoutReceiveBuffersStopsTheFloodOnly) {
    Machine m({.buffers = 0});
    int taken = 0;
    for (int i = 0; i < 2'000; i++) {
        const u64 at = SharedMemory::kGuest + 0x80'0000;
        const VsockHeader h = m.header(VsockOp::CreditUpdate, static_cast<u32>(i), 5);
        std::memcpy(m.memory.at(0x80'0000), &h, sizeof h);
        if (i - taken >= m.options.queue_size) break;
        m.transmit_queue.offer({{at, sizeof h, 0, 0}});
        m.kick();
        while (m.transmit_queue.take()) taken++;
    }
    EXPECT_EQ(taken, 256) << "no more is read until the guest takes its RSTs";
    m.offer_buffers(100);
    m.kick();
    for (int i = 0; i < 256 + m.options.queue_size; i++) m.expect(VsockOp::Reset);
    while (m.transmit_queue.take()) taken++;
    EXPECT_EQ(taken, 256 + m.options.queue_size);
    expect_alive(m);
}

TEST(VsockdHostileGuest, BrokenQueueStopsTheDeviceUntilItIsReset) {
    const u64 at = SharedMemory::kGuest + 0x80'0000;
    const std::vector<std::vector<Descriptor>> packets{
        {{at, 43, 0, 0}}, {{0x1000, 44, 0, 0}}, {{at, 44, Descriptor::kWrite, 0}}};
    for (const auto& chain : packets) {
        Machine m;
        auto [program, host, guest] = m.connected();
        m.transmit_queue.offer(chain);
        m.kick();
        EXPECT_EQ(m.daemon->counters().broken, 1u);
        EXPECT_TRUE(program.is_at_end()) << "its connections end";
        m.kick();
        EXPECT_EQ(m.daemon->counters().broken, 1u) << "one message";
        m.reset_guest();
        expect_alive(m);
    }
}

TEST(VsockdHostileGuest, ReceiveBufferWithoutRoomBreaksTheDevice) {
    Machine m({.buffers = 0});
    m.receive_queue.offer({{SharedMemory::kGuest + 0x10'0000, sizeof(VsockHeader), Descriptor::kWrite, 0}});
    m.connect("CONNECT 52\n");
    EXPECT_EQ(m.daemon->counters().broken, 1u);
    m.options.buffers = 64;
    m.reset_guest();
    expect_alive(m);
}

TEST(VsockdHostileGuest, HeaderAndDataMayBeInTinyPieces) {
    Machine m({.buffers = 0});
    const auto offer = [&](u64 offset) {
        std::vector<Descriptor> chain;
        for (u32 i = 0; i < 60; i++)
            chain.push_back({SharedMemory::kGuest + offset + i * 16, 1, Descriptor::kWrite, 0});
        m.receive_queue.offer(chain);
    };
    offer(0x10'0000), offer(0x10'1000);
    Program program = m.connect("CONNECT 52\nhello");
    const auto byte = [&](u64 offset, u32 i) { return *m.memory.at(offset + i * 16); };
    EXPECT_EQ(byte(0x10'0000, 30), 1) << "REQUEST";
    m.send(VsockOp::Response, 1u << 30, 52);
    EXPECT_EQ(byte(0x10'1000, 30), 5) << "RW";
    EXPECT_EQ(byte(0x10'1000, 44), 'h');
    EXPECT_EQ(byte(0x10'1000, 48), 'o');
}

// --- programs

TEST(VsockdHandshake, LineIsAWordAndAPort) {
    using vsockd::parse_connect;
    for (const char* good : {"CONNECT 52", "connect 52", "Connect  52 ", "CONNECT 52\r", " CONNECT\t52"})
        EXPECT_EQ(parse_connect(good), 52u) << good;
    EXPECT_EQ(parse_connect("CONNECT 0"), 0u);
    EXPECT_EQ(parse_connect("CONNECT 4294967295"), 0xffff'ffffu);
    for (const char* bad :
         {"", " ", "CONNECT", "CONNECT ", "CONNECT52", "CONNECT x", "CONNECT 52x", "CONNECT 5 2",
          "CONNECT -1", "CONNECT +1", "CONNECT 4294967296", "CONNECTS 52", "GET / HTTP/1.1", "CONNECT 0x34"})
        EXPECT_FALSE(parse_connect(bad)) << bad;
}

TEST(VsockdHostileProgram, WithoutAConnectLineIsClosed) {
    Machine m;
    for (const char* line :
         {"HELLO\n", "\n", "CONNECT\n", "CONNECT 4294967296\n", "CONNECT 00000000000000000000000000000000"}) {
        Program p = m.connect(line);
        EXPECT_TRUE(p.is_at_end()) << line;
        EXPECT_EQ(p.receive(), "");
    }
    EXPECT_EQ(m.daemon->counters().refused_line, 5u);
    expect_alive(m);
}

TEST(VsockdHostileProgram, LineMayComeByteByByte) {
    Machine m;
    Program p = m.connect("");
    for (char c : std::string("CONNECT 52\n")) {
        p.send(std::string(1, c));
        m.run();
    }
    m.expect(VsockOp::Request);
}

TEST(VsockdHostileProgram, LineThatIsLateIsRefused) {
    Machine m;
    Program silent = m.connect(""), slow = m.connect("CONN");
    m.pass(seconds(29));
    slow.send("ECT");
    m.run();
    EXPECT_FALSE(slow.is_at_end());
    m.pass(seconds(2));
    EXPECT_TRUE(silent.is_at_end());
    EXPECT_TRUE(slow.is_at_end()) << "a byte now and then does not help";
    EXPECT_EQ(m.daemon->counters().refused_late, 2u);
}

TEST(VsockdHostileProgram, MayVanishBetweenAnyTwoSteps) {
    Machine m;
    m.connect("").close();
    m.run();
    m.connect("CONN").close();
    m.run();
    m.connect("CONNECT 52\n").close();
    m.run();
    const u32 port = m.expect(VsockOp::Request).header.src_port;
    m.expect(VsockOp::Reset);
    m.send(VsockOp::Response, port, 52);
    m.expect(VsockOp::Reset);
    auto [program, host, guest] = m.connected();
    program.close();
    m.send(VsockOp::Data, host, guest, "nobody reads this");
    m.expect(VsockOp::Shutdown);
    m.send(VsockOp::Reset, host, guest);
    EXPECT_TRUE(m.daemon->idle());
    expect_alive(m);
}

TEST(VsockdHostileProgram, OneTooManyIsRefused) {
    Machine m({.connections = 2});
    auto a = m.connected();
    Program waiting = m.connect("");
    Program third = m.connect("CONNECT 52\n");
    EXPECT_TRUE(third.is_at_end());
    m.listen(80);
    waiting.send("CONNECT 52\n");
    m.run();
    m.expect(VsockOp::Request);
    m.send(VsockOp::Request, 80, 1025);
    m.expect(VsockOp::Reset);
    EXPECT_EQ(m.daemon->counters().refused_full, 2u);
    a.program.close();
    waiting.close();
    m.pass(seconds(3));
    while (m.receive()) {
    }
    expect_alive(m);
}

}  // namespace
