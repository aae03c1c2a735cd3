// States x segments, as in FreeBSD's tcp-testsuite: each state gets each kind of segment, inside and outside
// the window. The tables give the next state and the reply according to RFC 9293 and RFC 5961.
#include "tcp_peer.h"

using namespace net;
using packets::text;

namespace {

constexpr u32 kOut = 1'000'000;  // far outside the window

enum class Answer { Nothing, Ack, Rst, SynAck };
const char* name_of(Answer a) {
    constexpr const char* kNames[] = {"nothing", "ACK", "RST", "SYN-ACK"};
    return kNames[static_cast<int>(a)];
}

// A segment to send: relative to the peer's next sequence number and to our SND.NXT.
struct Event {
    const char* name;
    u16 flags;
    i32 seq, ack;
    const char* data = "";
};

constexpr Event kEvents[] = {
    {"ACK", kAck, 0, 0},
    {"data", kAck, 0, 0, "abc"},
    {"data without ACK", 0, 0, 0, "abc"},
    {"early data", kAck, 100, 0, "abc"},
    {"old data", kAck, -3, 0, "abc"},
    {"data out of the window", kAck, kOut, 0, "abc"},
    {"FIN", kFin | kAck, 0, 0},
    {"FIN out of the window", kFin | kAck, kOut, 0},
    {"SYN", kSyn, 0, 0},
    {"SYN out of the window", kSyn, kOut, 0},
    {"SYN-ACK", kSyn | kAck, 0, 0},
    {"RST", kRst, 0, 0},
    {"RST in the window", kRst, 100, 0},
    {"RST out of the window", kRst, kOut, 0},
    {"RST below the window", kRst, -1, 0},
    {"ACK of the future", kAck, 0, 1000},
    {"ACK of the past", kAck, 0, -200'000},
    {"nothing at all", 0, 0, 0},
    {"everything", kSyn | kFin | kRst | kPsh | kAck | kUrg, 100, 0, "abc"},
    {"SYN-FIN", kSyn | kFin, 0, 0},
};
constexpr usize kEventCount = std::size(kEvents);

struct Outcome {
    TcpState state;
    Answer answer;
};

struct TcpStates : TcpPeerTest {
    u32 theirs = 1, ours = 1;  // the peer's next sequence number; our SND.NXT

    void reach(TcpState s) {
        switch (s) {
            case TcpState::SynReceived:
                listen();
                say({.flags = kSyn});
                break;
            case TcpState::Established: accept_one(); break;
            case TcpState::CloseWait:
                accept_one();
                say({.flags = kFin | kAck, .seq = 1, .ack = 1});
                theirs = 2;
                break;
            case TcpState::FinWait1: accept_one(), shut(), ours = 2; break;
            case TcpState::FinWait2:
                reach(TcpState::FinWait1);
                say({.seq = 1, .ack = 2});
                break;
            case TcpState::Closing:
                reach(TcpState::FinWait1);
                say({.flags = kFin | kAck, .seq = 1, .ack = 1});
                theirs = 2;
                break;
            case TcpState::LastAck: reach(TcpState::CloseWait), shut(), ours = 2; break;
            case TcpState::TimeWait:
                reach(TcpState::FinWait2);
                say({.flags = kFin | kAck, .seq = 1, .ack = 2});
                theirs = 2;
                break;
            default: FAIL();
        }
        EXPECT_EQ(state(), s) << "could not reach this state";
        if (s == TcpState::SynReceived) hear();  // learns our ISN
        device.sent.clear();
    }

    Answer answer() {
        Answer a = Answer::Nothing;
        for (const Seg& s : hear_all()) {
            a = s.flags & kRst     ? Answer::Rst
                : s.flags & kSyn   ? Answer::SynAck
                : a == Answer::Rst ? a
                                   : Answer::Ack;
        }
        return a;
    }

    Outcome meet(const Event& e) {
        say({.flags = e.flags,
             .seq = theirs + static_cast<u32>(e.seq),
             .ack = ours + static_cast<u32>(e.ack),
             .data = text(e.data)});
        pass(milliseconds(45));  // a delayed ACK
        return {state(), answer()};
    }
};

using S = TcpState;
using A = Answer;

struct Row {
    TcpState state;
    Outcome outcomes[kEventCount];
};

// The columns are in the order of kEvents. In FIN-WAIT-1, CLOSING and LAST-ACK the ACK acknowledges our FIN.
const Row kRows[] = {
    {S::SynReceived,
     {{S::Established, A::Nothing}, {S::Established, A::Ack},     {S::SynReceived, A::Nothing},
      {S::Established, A::Ack},     {S::SynReceived, A::Ack},     {S::SynReceived, A::Ack},
      {S::CloseWait, A::Ack},       {S::SynReceived, A::Ack},     {S::SynReceived, A::Ack},
      {S::SynReceived, A::Ack},     {S::SynReceived, A::Ack},     {S::Closed, A::Nothing},
      {S::SynReceived, A::Ack},     {S::SynReceived, A::Nothing}, {S::SynReceived, A::Nothing},
      {S::SynReceived, A::Rst},     {S::SynReceived, A::Rst},     {S::SynReceived, A::Nothing},
      {S::SynReceived, A::Ack},     {S::SynReceived, A::Ack}}},
    {S::Established,
     {{S::Established, A::Nothing}, {S::Established, A::Ack},     {S::Established, A::Nothing},
      {S::Established, A::Ack},     {S::Established, A::Ack},     {S::Established, A::Ack},
      {S::CloseWait, A::Ack},       {S::Established, A::Ack},     {S::Established, A::Ack},
      {S::Established, A::Ack},     {S::Established, A::Ack},     {S::Closed, A::Nothing},
      {S::Established, A::Ack},     {S::Established, A::Nothing}, {S::Established, A::Nothing},
      {S::Established, A::Ack},     {S::Established, A::Ack},     {S::Established, A::Nothing},
      {S::Established, A::Ack},     {S::Established, A::Ack}}},
    {S::CloseWait, {{S::CloseWait, A::Nothing}, {S::CloseWait, A::Nothing}, {S::CloseWait, A::Nothing},
                    {S::CloseWait, A::Nothing}, {S::CloseWait, A::Ack},     {S::CloseWait, A::Ack},
                    {S::CloseWait, A::Nothing}, {S::CloseWait, A::Ack},     {S::CloseWait, A::Ack},
                    {S::CloseWait, A::Ack},     {S::CloseWait, A::Ack},     {S::Closed, A::Nothing},
                    {S::CloseWait, A::Ack},     {S::CloseWait, A::Nothing}, {S::CloseWait, A::Nothing},
                    {S::CloseWait, A::Ack},     {S::CloseWait, A::Ack},     {S::CloseWait, A::Nothing},
                    {S::CloseWait, A::Ack},     {S::CloseWait, A::Ack}}},
    {S::FinWait1, {{S::FinWait2, A::Nothing}, {S::FinWait2, A::Ack},     {S::FinWait1, A::Nothing},
                   {S::FinWait2, A::Ack},     {S::FinWait1, A::Ack},     {S::FinWait1, A::Ack},
                   {S::TimeWait, A::Ack},     {S::FinWait1, A::Ack},     {S::FinWait1, A::Ack},
                   {S::FinWait1, A::Ack},     {S::FinWait1, A::Ack},     {S::Closed, A::Nothing},
                   {S::FinWait1, A::Ack},     {S::FinWait1, A::Nothing}, {S::FinWait1, A::Nothing},
                   {S::FinWait1, A::Ack},     {S::FinWait1, A::Ack},     {S::FinWait1, A::Nothing},
                   {S::FinWait1, A::Ack},     {S::FinWait1, A::Ack}}},
    {S::FinWait2, {{S::FinWait2, A::Nothing}, {S::FinWait2, A::Ack},     {S::FinWait2, A::Nothing},
                   {S::FinWait2, A::Ack},     {S::FinWait2, A::Ack},     {S::FinWait2, A::Ack},
                   {S::TimeWait, A::Ack},     {S::FinWait2, A::Ack},     {S::FinWait2, A::Ack},
                   {S::FinWait2, A::Ack},     {S::FinWait2, A::Ack},     {S::Closed, A::Nothing},
                   {S::FinWait2, A::Ack},     {S::FinWait2, A::Nothing}, {S::FinWait2, A::Nothing},
                   {S::FinWait2, A::Ack},     {S::FinWait2, A::Ack},     {S::FinWait2, A::Nothing},
                   {S::FinWait2, A::Ack},     {S::FinWait2, A::Ack}}},
    {S::Closing, {{S::TimeWait, A::Nothing}, {S::TimeWait, A::Nothing}, {S::Closing, A::Nothing},
                  {S::TimeWait, A::Nothing}, {S::Closing, A::Ack},      {S::Closing, A::Ack},
                  {S::TimeWait, A::Nothing}, {S::Closing, A::Ack},      {S::Closing, A::Ack},
                  {S::Closing, A::Ack},      {S::Closing, A::Ack},      {S::Closed, A::Nothing},
                  {S::Closing, A::Ack},      {S::Closing, A::Nothing},  {S::Closing, A::Nothing},
                  {S::Closing, A::Ack},      {S::Closing, A::Ack},      {S::Closing, A::Nothing},
                  {S::Closing, A::Ack},      {S::Closing, A::Ack}}},
    {S::LastAck,
     {{S::Closed, A::Nothing}, {S::Closed, A::Nothing},  {S::LastAck, A::Nothing}, {S::Closed, A::Nothing},
      {S::LastAck, A::Ack},    {S::LastAck, A::Ack},     {S::Closed, A::Nothing},  {S::LastAck, A::Ack},
      {S::LastAck, A::Ack},    {S::LastAck, A::Ack},     {S::LastAck, A::Ack},     {S::Closed, A::Nothing},
      {S::LastAck, A::Ack},    {S::LastAck, A::Nothing}, {S::LastAck, A::Nothing}, {S::LastAck, A::Ack},
      {S::LastAck, A::Ack},    {S::LastAck, A::Nothing}, {S::LastAck, A::Ack},     {S::LastAck, A::Ack}}},
    {S::TimeWait, {{S::TimeWait, A::Nothing},   {S::TimeWait, A::Nothing}, {S::TimeWait, A::Nothing},
                   {S::TimeWait, A::Nothing},   {S::TimeWait, A::Ack},     {S::TimeWait, A::Ack},
                   {S::TimeWait, A::Nothing},   {S::TimeWait, A::Ack},     {S::TimeWait, A::Ack},
                   {S::SynReceived, A::SynAck}, {S::TimeWait, A::Ack},     {S::TimeWait, A::Nothing},
                   {S::TimeWait, A::Nothing},   {S::TimeWait, A::Nothing}, {S::TimeWait, A::Nothing},
                   {S::TimeWait, A::Ack},       {S::TimeWait, A::Ack},     {S::TimeWait, A::Nothing},
                   {S::TimeWait, A::Nothing},   {S::TimeWait, A::Ack}}},
};

class TcpMatrix : public TcpStates, public ::testing::WithParamInterface<std::tuple<usize, usize>> {};

TEST_P(TcpMatrix, DoesAsTheRfcSays) {
    const Row& row = kRows[std::get<0>(GetParam())];
    const usize column = std::get<1>(GetParam());
    reach(row.state);
    const Outcome is = meet(kEvents[column]), should = row.outcomes[column];
    EXPECT_EQ(net::name_of(is.state), net::name_of(should.state))
        << kEvents[column].name << " in " << net::name_of(row.state);
    EXPECT_STREQ(name_of(is.answer), name_of(should.answer))
        << kEvents[column].name << " in " << net::name_of(row.state);
}

INSTANTIATE_TEST_SUITE_P(All, TcpMatrix,
                         ::testing::Combine(::testing::Range<usize>(0, std::size(kRows)),
                                            ::testing::Range<usize>(0, kEventCount)));

// CLOSED and LISTEN have no sequence numbers; only the flags matter.
TEST_F(TcpStates, ClosedResetsWhateverIsNoReset) {
    for (const Event& e : kEvents) {
        const Outcome is = meet(e);
        EXPECT_STREQ(name_of(is.answer), e.flags & kRst ? "nothing" : "RST") << e.name;
    }
}

TEST_F(TcpStates, ListenTakesBareSyns) {
    listen(100);
    for (const Event& e : kEvents) {
        their_port++;
        const Outcome is = meet(e);
        const bool opens = e.flags & kSyn && !(e.flags & (kAck | kRst | kFin));
        const A answer = e.flags & kRst   ? A::Nothing
                         : e.flags & kAck ? A::Rst
                         : opens          ? A::SynAck
                                          : A::Nothing;
        EXPECT_STREQ(name_of(is.answer), name_of(answer)) << e.name;
        EXPECT_EQ(is.state, opens ? S::SynReceived : S::Closed) << e.name;
    }
}

// SYN-SENT does not yet know the peer's sequence numbers, so it has a separate table.
struct TcpSynSent : TcpPeerTest {
    Outcome meet(u16 flags, u32 ack) {
        start_connect();
        say({.flags = flags, .seq = 0, .ack = ack});
        Answer a = Answer::Nothing;
        for (const Seg& s : hear_all()) a = s.flags & kRst ? A::Rst : s.flags & kSyn ? A::SynAck : A::Ack;
        return {state(), a};
    }
    void expect(Outcome is, TcpState s, Answer a) {
        EXPECT_EQ(is.state, s);
        EXPECT_EQ(is.answer, a);
    }
};
TEST_F(TcpSynSent, MeetsSynAck) { expect(meet(kSyn | kAck, 1), S::Established, A::Ack); }
TEST_F(TcpSynSent, MeetsSyn) { expect(meet(kSyn, 0), S::SynReceived, A::SynAck); }
TEST_F(TcpSynSent, MeetsAck) { expect(meet(kAck, 1), S::SynSent, A::Nothing); }
TEST_F(TcpSynSent, MeetsFin) { expect(meet(kFin | kAck, 1), S::SynSent, A::Nothing); }
TEST_F(TcpSynSent, MeetsNothing) { expect(meet(0, 0), S::SynSent, A::Nothing); }
TEST_F(TcpSynSent, MeetsBadAck) { expect(meet(kAck, 2), S::SynSent, A::Rst); }
TEST_F(TcpSynSent, MeetsOldAck) { expect(meet(kAck, 0), S::SynSent, A::Rst); }
TEST_F(TcpSynSent, MeetsSynWithBadAck) { expect(meet(kSyn | kAck, 77), S::SynSent, A::Rst); }
TEST_F(TcpSynSent, MeetsRst) { expect(meet(kRst, 0), S::SynSent, A::Nothing); }
TEST_F(TcpSynSent, MeetsRstAck) { expect(meet(kRst | kAck, 1), S::Closed, A::Nothing); }
TEST_F(TcpSynSent, MeetsRstWithBadAck) { expect(meet(kRst | kAck, 9), S::SynSent, A::Nothing); }

}  // namespace
