// vsockd and a hostile guest: the bytes of an input are the acts of a guest, and its programs, that may do
// anything. Afterwards vsockd must still serve an honest guest.
#include "fake/vsockd/machine.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/target.h"

namespace fuzz {
namespace {

using namespace fake;

// Acts: one byte says which; the others are its arguments.
enum Act : u8 {
    kSend,      // a packet: op, type, which port, flags, length of the data, lie about the length, credit
    kDescribe,  // writes a descriptor anywhere: queue, index, address, length, flags, next
    kPublish,   // makes a descriptor available
    kIndex,     // sets an available ring's index
    kScribble,  // writes bytes anywhere in the rings
    kReceive,   // takes what came and offers the buffers again
    kConnect,   // a program connects to a port
    kProgram,   // a program sends, reads, shuts a half or closes
    kRestart,   // the guest is reset, or QEMU stops and continues
    kTime,      // time passes
    kActs
};

class Fuzz {
  public:
    explicit Fuzz(Bytes input) : in_(input), m_({.features = input.empty() ? 0 : features(input[0])}) {
        m_.listen(80);
    }

    void run() {
        for (int acts = 0; !in_.ends() && acts < 200; acts++) act(static_cast<Act>(in_.byte() % kActs));
        programs_.clear();
        m_.pass(seconds(3));  // nobody waits any more
        m_.reset_guest();
        m_.fwd_cnt = 0;
        auto [program, host, guest] = m_.connected(77);
        m_.send(VsockOp::Data, host, guest, "alive");
        must(program.receive() == "alive", "vsockd serves an honest guest");
    }

  private:
    static u64 features(u8 b) { return 1ull << 32 | 1ull << 30 | static_cast<u64>(b & 3) << 28; }
    DriverQueue& queue() { return in_.byte() & 1 ? m_.transmit_queue : m_.receive_queue; }
    // A host port that exists, or not.
    u32 host_port() {
        const u8 b = in_.byte();
        return b & 0x80 ? 80 : (1u << 30) + b % 8;
    }

    void act(Act a) {
        switch (a) {
            case kSend: return send();
            case kDescribe: return describe();
            case kPublish: queue().publish(in_.byte()); return m_.kick();
            case kIndex: queue().available->index = static_cast<u16>(in_.word()); return m_.kick();
            case kScribble: return scribble();
            case kReceive: return receive();
            case kConnect:
                programs_.push_back(m_.connect("CONNECT " + std::to_string(in_.byte() % 4) + "\n"));
                return;
            case kProgram: return program();
            case kRestart: return restart();
            default: return m_.pass(milliseconds(in_.byte() * 20));
        }
    }

    void send() {
        const auto op = static_cast<VsockOp>(in_.byte() % 9);
        const u32 to = host_port();
        VsockHeader h = m_.header(op, to, in_.byte() % 4);
        const u8 how = in_.byte();
        std::string data(op == VsockOp::Data ? how * 256 : how & 1, 'x');
        h.length = static_cast<u32>(data.size());
        h.flags = in_.byte() & 3;
        h.fwd_cnt = in_.byte() * 1024u;
        const u8 lie = in_.byte();
        if (lie & 1) h.length = in_.word();
        if (lie & 2) h.type = in_.byte();
        if (lie & 4) h.buf_alloc = in_.word();
        if (lie & 8) h.fwd_cnt = in_.word();
        if (lie & 16) h.src_cid = in_.byte();
        m_.send(h, data);
        if (op == VsockOp::Request) programs_.push_back(m_.accept());
    }

    void describe() {
        DriverQueue& q = queue();
        const u16 index = in_.byte() % q.size;
        const u8 where = in_.byte();
        const u64 address =
            where & 1 ? in_.word() : SharedMemory::kGuest + (in_.word() & (SharedMemory::kSize - 1));
        q.descriptors[index] = {address, where & 2 ? in_.word() : in_.byte(), in_.byte(), in_.byte()};
        q.publish(index);
        m_.kick();
    }

    void scribble() {
        u8* at = m_.memory.at(in_.word() % 0x20'000);
        for (u8 n = in_.byte() % 32; n; n--) *at++ = in_.byte();
        m_.kick();
    }

    void receive() {
        for (int i = 0; i < 300; i++) {
            const auto done = m_.receive_queue.take();
            if (!done) break;
            m_.receive_queue.publish(static_cast<u16>(done->head));
        }
        m_.kick();
    }

    void program() {
        if (programs_.empty()) return;
        Program& p = programs_[in_.byte() % programs_.size()];
        const u8 what = in_.byte();
        if (!p) return;
        if (what & 1) p.send(std::string(what * 256, 'y'));
        if (what & 2) p.receive(what * 256);
        if (what & 4) p.shut(what & 8 ? SHUT_RD : SHUT_WR);
        if ((what & 0xf0) == 0xf0) p.close();
        m_.run();
    }

    void restart() {
        if (in_.byte() & 1) return m_.reset_guest();
        const auto [receive, transmit] = m_.stop();
        m_.start(receive, transmit);
    }

    Input in_;
    Machine m_;
    std::vector<Program> programs_;
};

void run(Bytes input) { Fuzz(input).run(); }

std::vector<std::string> seeds() {
    using std::string;
    const string opened{kConnect, 1, kReceive};
    const string accepted = opened + string{kSend, 2, 0, 1, 0, 0, 0, 0};
    const string request{kSend, 1, '\x80', 2, 0, 0, 0, 0};
    const string data{kSend, 5, 0, 1, 100, 0, 0, 0}, close{kSend, 4, 0, 1, 0, 3, 0, 0};
    return {
        opened,
        accepted + data + close,
        accepted + string{kProgram, 0, 1, kReceive, kProgram, 0, 4, kTime, 120},
        request + string{kSend, 5, '\x80', 2, 100, 0, 0, 0, kProgram, 0, 2},
        accepted + data + data + data + string{kSend, 3, 0, 1, 0, 0, 0, 0},
        accepted + string{kSend, 5, 0, 1, 1, 0, 0, 1, 5, 0, 0, 0},                  // a length that lies
        accepted + string{kSend, 6, 0, 1, 0, 0, 0, 8, '\xff', '\xff', 0, 0},        // credit that lies
        accepted + string{kSend, 6, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0, kProgram, 0, 1},  // no credit
        string{kDescribe, 1, 0, 0, 0, 0, 0, 0, 44, 1, 0},                           // a loop
        string{kDescribe, 1, 0, 1, 0, 0, 0, 0, 44, 0, 0},                           // no such memory
        string{kDescribe, 1, 0, 0, 0, 0, 0x10, 0, 16, 4, 0},                        // an indirect table
        string{kIndex, 1, 0, '\xf0', 0, 0, kPublish, 0, '\x90'},                    // too many buffers
        accepted + string{kRestart, 0, kRestart, 1, kScribble, 0, 0, 0, 0, 4, 1, 2, 3, 4},
    };
}

}  // namespace

constinit const Target vsockd = {"vsockd", 2048, run, seeds};

}  // namespace fuzz
