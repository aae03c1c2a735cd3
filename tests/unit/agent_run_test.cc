// The agent runs commands: on the host with its shell, where the same code runs as in the guest.
#include "agent_kit.h"

#include <algorithm>

namespace {

using namespace agent_kit;

TEST(AgentRun, SendsBackOutputErrorsAndStatus) {
    const auto o = run("echo out; echo err >&2; exit 7");
    EXPECT_EQ(o.output, "out\n");
    EXPECT_EQ(o.errors, "err\n");
    EXPECT_EQ(o.status, 7);
    EXPECT_EQ(o.signal, 0);
}

TEST(AgentRun, PassesInputOnAndItsEnd) {
    const auto o = run("cat; echo end", "some input\n");
    EXPECT_EQ(o.output, "some input\nend\n");
    EXPECT_EQ(o.status, 0);
}

TEST(AgentRun, SaysWhichSignalKilledTheCommand) {
    const auto o = run("kill -9 $$");
    EXPECT_EQ(o.signal, 9);
    EXPECT_EQ(o.status, 0);
}

TEST(AgentRun, ReportsAShellThatIsNotThere) {
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    const pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        agent::serve(ends[1], "/no/such/shell");
        _exit(0);
    }
    close(ends[1]);
    const auto c = std::make_unique<Channel>();
    c->out.put(Kind::Run, bytes_of(request("true")));
    EXPECT_TRUE(c->out.flush(ends[0]));
    ASSERT_EQ(c->in.read(ends[0]), Got::Frame);
    EXPECT_EQ(text_of(c->in.payload()), "agent: cannot run the shell: No such file or directory\n");
    c->in.next();
    ASSERT_EQ(c->in.read(ends[0]), Got::Frame);
    EXPECT_EQ(c->in.as<agent::ExitStatus>()->status, 126u);
    close(ends[0]);
    waitpid(pid, nullptr, 0);
}

TEST(AgentRun, MovesMegabytesOfBothStreamsAtOnce) {
    const auto o = run("(head -c 3000000 /dev/zero >&2) & head -c 3000000 /dev/zero; wait");
    EXPECT_EQ(o.output.size(), 3'000'000u);
    EXPECT_EQ(o.errors.size(), 3'000'000u);
}

TEST(AgentRun, SendsOutputThatWasWrittenJustBeforeTheEnd) {
    for (int i = 0; i < 20; i++) EXPECT_EQ(run("head -c 60000 /dev/zero").output.size(), 60'000u);
}

// Its process holds the pipes, but the command has ended.
TEST(AgentRun, DoesNotWaitForWhatTheCommandLeavesBehind) {
    const auto o = run("sleep 15 & echo $!");
    EXPECT_EQ(o.status, 0);
    EXPECT_EQ(kill(std::stoi(o.output), SIGKILL), 0) << "the process in the background still runs";
}

TEST(AgentRun, EndsEvenIfWhatItLeavesBehindWritesForEver) {
    const auto o = run("yes & echo $! >&2");
    EXPECT_EQ(o.status, 0);
    EXPECT_TRUE(ends(std::stoi(o.errors))) << "SIGPIPE, because nobody reads any more";
}

TEST(AgentRun, GivesCreditForWhatTheCommandHasRead) {
    Session s(Kind::Run, "cat > /dev/null");
    u32 sent = 0, credited = 0;
    const std::string piece(8192, 'i');
    while (credited < 4 * agent::kInputWindow) {
        for (; sent - credited + piece.size() <= agent::kInputWindow; sent += 8192)
            s.send(Kind::Input, piece);
        ASSERT_EQ(s.receive(), Got::Frame);
        ASSERT_EQ(s.kind(), Kind::Credit);
        const std::string grant = s.payload();
        credited += header_of<agent::CreditGrant>(bytes_of(grant))->bytes;
        ASSERT_LE(credited, sent);
    }
    s.send(Kind::InputEnd);
    EXPECT_EQ(s.finish().status, 0);
}

TEST(AgentRun, GivesCreditForInputThatTheCommandDoesNotWant) {
    Session s(Kind::Run, "exec <&-; echo ready; sleep 1; exit 3");
    ASSERT_EQ(s.receive(), Got::Frame);
    s.send(Kind::Input, std::string(agent::kMaxPayload, 'x'));
    const auto o = s.finish();
    EXPECT_EQ(o.credit, agent::kMaxPayload);
    EXPECT_EQ(o.status, 3);
}

TEST(AgentRun, EndsAConnectionThatSendsMoreThanItsCredit) {
    Session s(Kind::Run, "echo $$; exec sleep 1000");
    ASSERT_EQ(s.receive(), Got::Frame);
    const pid_t pid = std::stoi(s.payload());
    // A pipe takes 64 KiB on this host, the agent kInputWindow.
    const std::string piece(agent::kMaxPayload, 'x');
    const agent::FrameHeader h{Kind::Input, {}, agent::kMaxPayload};
    const std::string frame = std::string(reinterpret_cast<const char*>(&h), sizeof h) + piece;
    for (int i = 0; i < 100 && send(s.fd(), frame.data(), frame.size(), MSG_NOSIGNAL) > 0; i++) continue;
    EXPECT_TRUE(ends(pid));
}

TEST(AgentRun, PassesASignalToAllProcessesOfTheCommand) {
    Session s(Kind::Run, "sleep 1000 & echo $!; wait; wait");
    ASSERT_EQ(s.receive(), Got::Frame);
    const pid_t child = std::stoi(s.payload());
    // The shell starts it with SIGINT ignored (POSIX, 2.11), so SIGINT would end the shell alone.
    s.send_struct(Kind::Signal, agent::SignalNumber{SIGTERM});
    EXPECT_EQ(s.finish().signal, SIGTERM);
    EXPECT_TRUE(ends(child));
}

// The command may not have run yet when the signal comes.
TEST(AgentRun, PassesASignalThatComesWithTheRequest) {
    for (int i = 0; i < 100; i++) {
        Session s(Kind::Run, "sleep 1000");
        s.send_struct(Kind::Signal, agent::SignalNumber{SIGTERM});
        ASSERT_EQ(s.finish().signal, SIGTERM) << "attempt " << i;
    }
}

TEST(AgentRun, HearsASignalWhileTheCommandIgnoresItsInput) {
    Session s(Kind::Run, "sleep 1000");
    for (usize sent = 0; sent + 8192 <= agent::kInputWindow; sent += 8192)
        s.send(Kind::Input, std::string(8192, 'x'));
    s.send_struct(Kind::Signal, agent::SignalNumber{SIGTERM});
    EXPECT_EQ(s.finish().signal, SIGTERM);
}

TEST(AgentRun, HearsASignalWhileNobodyReadsTheOutput) {
    Session s(Kind::Run, "echo $$; exec yes");
    ASSERT_EQ(s.receive(), Got::Frame);
    const pid_t pid = std::stoi(s.payload());
    usleep(100'000);  // the socket fills up; if it has not, the test still passes
    s.send_struct(Kind::Signal, agent::SignalNumber{SIGTERM});
    EXPECT_TRUE(ends(pid));
    EXPECT_EQ(s.finish().signal, SIGTERM);
}

TEST(AgentRun, KillsTheCommandWhenTheConnectionEnds) {
    for (const char* line : {"echo $$; exec sleep 1000", "echo $$; exec yes", "echo $$; exec cat",
                             "echo $$; trap '' INT TERM; while :; do sleep 1; done"}) {
        Session s(Kind::Run, line);
        ASSERT_EQ(s.receive(), Got::Frame);
        const pid_t pid = std::stoi(s.payload());
        s.disconnect();
        EXPECT_TRUE(ends(pid)) << line;
        EXPECT_EQ(s.wait(), 0) << "the agent's process ends as well";
    }
}

TEST(AgentRun, RefusesWhatIsNoRequest) {
    for (const auto& [kind, payload] :
         {std::pair{Kind::Input, request("ls")}, std::pair{Kind::Exit, request("ls")},
          std::pair{Kind::Run, std::string("short")}, std::pair{Kind::Run, std::string("nx6b\1\0\0\0ls", 10)},
          std::pair{Kind::Run, std::string()}}) {
        Session s;
        s.send(kind, payload);
        EXPECT_NE(s.finish().error.find("not its request"), std::string::npos);
    }
    for (const std::string& text : {std::string("a\0b", 3), std::string(agent::kMaxText + 1, 'a')}) {
        Session s(Kind::Run, text);
        EXPECT_NE(s.finish().error.find("zero byte"), std::string::npos);
    }
    Session other;
    other.send(Kind::Run, request("ls", 2));
    EXPECT_NE(other.finish().error.find("version 1 of the protocol, nx6 speaks 2"), std::string::npos);
}

TEST(AgentRun, SurvivesNonsenseAndNothing) {
    for (const std::string& bytes :
         {std::string(), std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), std::string(100'000, '\xff')}) {
        Session s;
        send(s.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        s.disconnect();
        EXPECT_EQ(s.wait(), 0);
    }
}

TEST(AgentRun, EndsWhenNonsenseComesInTheMiddle) {
    for (const std::string& bytes :
         {std::string("nonsense"), std::string("\2\0\0\0\0\0\0\0", 8), std::string("\6\0\0\0\1\0\0\0x", 9)}) {
        Session s(Kind::Run, "echo $$; exec sleep 1000");
        ASSERT_EQ(s.receive(), Got::Frame);
        const pid_t pid = std::stoi(s.payload());
        ASSERT_GT(write(s.fd(), bytes.data(), bytes.size()), 0);
        EXPECT_TRUE(ends(pid));
        EXPECT_EQ(s.finish().last, Got::Lost);
    }
}

}  // namespace
