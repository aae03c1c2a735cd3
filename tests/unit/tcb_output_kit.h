// The engine on a block, seen from its output: the segments on the wire, and what the device got at once.
#pragma once

#include <vector>

#include "tcb_kit.h"

class TcbOutputTest : public TcbTest {
  protected:
    explicit TcbOutputTest(u32 device_features = 0, u16 mtu = net::kEtherMtu)
        : TcbTest(device_features, mtu) {
        device.keeps = true;
    }
    ~TcbOutputTest() override { device.kept.clear(); }

    // A segment on the wire; its sequence number is relative, like those of the fixture.
    struct Sent {
        u32 seq = 0, length = 0;
        u16 flags = 0;
        u32 ack = 0;  // relative to the peer's first byte
        u16 window = 0;
        bool is(u32 s, u32 n, u16 f = net::TcpFlags::Ack) const {
            return seq == s && length == n && (flags & ~net::TcpFlags::Psh) == f;
        }
        bool has(u16 f) const { return (flags & f) == f; }
    };
    // Takes the segments sent since the last call.
    std::vector<Sent> sent() {
        std::vector<Sent> all;
        for (; !device.sent.empty(); device.sent.pop_front()) {
            const SentIp f(device.sent.front());
            const net::TcpHeader h = f.tcp();
            all.push_back({net::Seq(h.seq).since(at(0)),
                           static_cast<u32>(f.payload.size() - h.header_length()), h.flags().bits,
                           net::Seq(h.ack).since(kTheirs), h.window});
        }
        device.kept.clear();
        return all;
    }
    Sent only_sent() {
        const std::vector<Sent> all = sent();
        EXPECT_EQ(all.size(), 1u);
        return all.empty() ? Sent{} : all.front();
    }
    using Lengths = std::vector<usize>;
    // The lengths of their data.
    Lengths lengths() {
        Lengths all;
        for (const Sent& s : sent()) all.push_back(s.length);
        return all;
    }
    // The bytes of data that the device got at once, each time since the last call.
    Lengths bursts() {
        device.sent.clear();
        Lengths all;
        while (const net::MbufPtr m = device.kept.pop_head()) all.push_back(m->chain_length() - 54);
        return all;
    }
    void forget() { (void)bursts(); }

    void open() {
        establish();
        output();  // the handshake's last ACK
        forget();
        t.snd_wnd = t.max_snd_wnd = t.cc.cwnd = 1'000'000;
    }
    // Writes without sending.
    void queue(u32 n) {
        const Duration soon = milliseconds(1);
        t.set(net::TcpTimer::Resend, now() + soon);
        write(n);
        t.stop(net::TcpTimer::Resend);
    }
    void output() { tcp_output(t, now()); }
};
