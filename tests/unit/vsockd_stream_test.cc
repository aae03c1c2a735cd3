// vsockd's connections: data, both ways of opening one, and its end.
#include "fake/vsockd/machine.h"

namespace {

using namespace fake;

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

}  // namespace
