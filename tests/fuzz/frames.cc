// The whole input path: frames against sockets that listen, open, have opened and close, while time passes.
// The programs only read, write and close.
#include "tests/fuzz/host.h"

namespace fuzz {
namespace {

using namespace net;

enum Act : u8 { kFrame, kFrames, kTime, kLongTime, kAccept, kRead, kWrite, kClose, kConnect, kMemory, kActs };

class Play : public Host {
  public:
    explicit Play(Bytes input) : Host(input) {
        sockets_.push_back(bound(open_tcp(*stack), 80));
        (void)sockets_[0]->listen(4);
        sockets_.push_back(bound(open_udp(*stack), 7));
        sockets_.push_back(bound(open_udp(*stack), 2000));
        (void)sockets_[2]->connect({kPeer, 7}, false);
        connect();
        look_at_sent();
    }
    ~Play() override {
        for (Ref<Socket>& s : sockets_) s->close();
    }

    void run() {
        for (int acts = 0; !in.ends() && acts < 400; acts++) act(static_cast<Act>(in.byte() % kActs));
    }

  private:
    static Ref<Socket> bound(Result<Ref<Socket>> s, u16 port) {
        must(s.ok() && s.value()->bind({{}, port}).ok(), "a socket can be opened");
        return s.value();
    }

    void act(Act a) {
        switch (a) {
            case kFrame: return frame();
            case kFrames:
                for (u32 n = in.byte() % 8; n > 0; n--) frame();
                return;
            case kTime: return pass(milliseconds(in.byte() * 4));
            case kLongTime: return pass(milliseconds(in.byte() * 500));
            case kAccept: return accept();
            case kRead: return read();
            case kWrite: return write();
            case kClose: return close();
            case kConnect: return connect();
            default: return make_allocations_fail();
        }
    }

    Ref<Socket>& one() { return sockets_[in.byte() % sockets_.size()]; }
    void accept() {
        auto s = sockets_[0]->accept(false);
        if (s.ok()) sockets_.push_back(std::move(s).value());
    }
    void read() {
        Ref<Socket>& s = one();
        (void)s->receive({reinterpret_cast<uptr>(buffer_)}, in.half() % sizeof buffer_, MSG_DONTWAIT,
                         nullptr);
        look_at_sent();
    }
    void write() {
        Ref<Socket>& s = one();
        (void)s->send({reinterpret_cast<uptr>(buffer_)}, in.half() % sizeof buffer_, MSG_DONTWAIT, nullptr);
        look_at_sent();
    }
    // The first sockets stay.
    void close() {
        const usize i = in.byte() % sockets_.size();
        if (in.flag())
            (void)sockets_[i]->shutdown(in.byte() % 3);
        else if (i > 2)
            sockets_[i]->close(), sockets_.erase(sockets_.begin() + static_cast<long>(i));
        look_at_sent();
    }
    void connect() {
        auto s = open_tcp(*stack);
        if (!s.ok() || sockets_.size() > 20) return;
        sockets_.push_back(std::move(s).value());
        (void)sockets_.back()->connect({kPeer, 80}, false);
        look_at_sent();
    }

    std::vector<Ref<Socket>> sockets_;
    u8 buffer_[8000]{};
};

void run(Bytes input) { Play(input).run(); }

using std::string;

// What Host reads for a segment. which: 0 to 3: a new connection; from 64 on: of the flows that we have.
// flags: an index of its list. `more`: what `how` asks for behind them.
string segment(char which, char flags, char how = 0, const string& more = "") {
    return string{kFrame, 0, which, 0, how, flags} + more + '\1';
}

std::vector<string> seeds() {
    constexpr char kAck = 0, kData = 1, kSyn = 2, kSynAck = 3, kFin = 4, kReset = 5;
    const string length("\x64\0", 2), later("\x64\0\x64\0", 4);
    const string wait{kTime, 60};
    const string connected = segment(64, kSynAck);
    const string accepted = segment(0, kSyn) + segment(65, kAck) + string{kAccept};
    const string sent{kWrite, 4, '\0', '\x10'}, received{kRead, 4, '\0', '\x10'};
    const string datagram{kFrame, 3, 1, 2, 1, 100, 0, 1}, echo{kFrame, 4, 0, 1, 1, 1, 1, 56, 1};
    const string error{kFrame, 4, 1, 1, 0, 3, 0, 0, 0, 1, 1}, too_big{kFrame, 4, 1, 1, 0, 4, 0, 0, 3, 1, 1};
    const auto fragment = [](char at, char n, char high) {
        return string{kFrame, 5, 1, at, 0, n, high, 1, 1, 1};
    };
    const string arp{kFrame, 6, 1, 1, 0, 2, 1, 1}, reply{kFrame, 6, 2, 1, 0, 2, 1, 1},
        raw{kFrame, 7, 3, 1, 2, 3, 0, 1};
    const string data = segment(65, kData, 16, length), hole = segment(65, kData, 17, later);
    return {connected + data + string{kRead, 3, 0, 1, kWrite, 3, 0, 4} + wait + segment(64, kFin),
            accepted + data + received + sent + segment(65, kAck) + wait + segment(65, kFin) +
                string{kClose, 4, 0},
            accepted + hole + hole + data + wait + received,
            accepted + sent + sent + segment(65, kAck, 64, string(2, 0)) + string{kLongTime, 20} +
                segment(65, kAck),
            accepted + string{kClose, 4, 0} + segment(65, kFin) + string{kLongTime, 120} + segment(0, kSyn),
            accepted + segment(65, kReset) + received,
            accepted + sent + segment(65, kAck, 4, string{1, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0}) + wait + wait,
            datagram + string{kRead, 2, 0, 1, kWrite, 2, 100, 0} + error + too_big + string{kWrite, 2, 0, 8},
            echo + arp + reply + raw + string{kMemory, 0} + echo,
            fragment(0, '\xc0', 5) + fragment('\xb8', '\xc0', 5) + fragment('\x70', '\x40', 0) +
                string{kLongTime, 90},
            segment(0, kSyn) + segment(1, kSyn) + segment(2, kSyn) + segment(3, kSyn) + string{kMemory, 1} +
                accepted};
}

}  // namespace

constinit const Target frames = {"frames", 2048, run, seeds};

}  // namespace fuzz
