// TCP's engine on a block, without a connection around it: a test chooses each segment and looks at each
// field. Sequence numbers are relative: 0 is the first byte of data.
#pragma once

#include "net/tcp/engine.h"
#include "net_test.h"
#include "new_mbuf.h"

class TcbTest : public NetTest {
  protected:
    explicit TcbTest(u32 device_features = 0, u16 mtu = net::kEtherMtu) : NetTest(device_features, mtu) {
        introduce(kGateway, kGatewayMac);
    }
    ~TcbTest() override {
        t.send.clear();
        t.receive.clear(t.queued);
        t.out_of_order.clear(t.queued);
        device.sent.clear();
    }

    struct Options {
        bool sack = true, timestamps = false;
    };
    // An active open from one end of the handshake to the other.
    void establish(Options o = {.sack = true, .timestamps = false}) {
        t.inet = stack.get();
        t.key = {kOurs, kGateway, 40000, 80};
        t.queued.open(stack->queue_budget(), 0);
        t.config.congestion = &net::default_congestion_control();
        tcp_open_active(t, net::Seq(0xffff'ff00), now());
        tcp_output(t, now());
        net::Segment s = segment(0);
        s.flags = {net::TcpFlags::Syn | net::TcpFlags::Ack};
        s.seq = kTheirs - 1;
        s.options.mss = 1000;
        s.options.sack_permitted = o.sack;
        if (o.timestamps) stamp(s, net::tcp_timestamp(t, now()));
        tcp_segment_arrives(t, s, now());
        ASSERT_EQ(t.state, net::TcpState::Established);
    }

    // The program writes n bytes, and as many are sent as the windows allow.
    void write(u32 n) {
        net::MbufQueue data;
        for (u32 left = n; left > 0;) {
            net::MbufPtr m = new_mbuf(0);
            const u32 piece = std::min(left, 1000u);
            m->put(piece);
            data.push_tail(std::move(m));
            left -= piece;
        }
        t.send.append(data);
        tcp_output(t, now());
    }
    // What tcp_check_ack is to see: an ACK without data.
    net::Segment segment(u32 ack, std::initializer_list<std::pair<u32, u32>> sacks = {}) {
        net::Segment s;
        s.flags = {net::TcpFlags::Ack};
        s.seq = kTheirs;
        s.ack = at(ack);
        s.window = 65000;
        for (const auto& [left, right] : sacks)
            s.options.sacks[s.options.sack_count++] = {at(left), at(right)};
        return s;
    }
    // The same with n bytes of data at `seq`, from the peer's first byte.
    net::Segment carrying(u32 seq, u32 n, u16 more_flags = 0) {
        net::Segment s = segment(0);
        s.flags.bits |= more_flags;
        s.seq = kTheirs + seq;
        s.length = n;
        if (n) {
            s.data = new_mbuf(net::kTcpIpHeaders);  // OutOfOrder writes to where the headers were
            s.data->put(n);
        }
        return s;
    }
    static void stamp(net::Segment& s, u32 echo) {
        s.options.has_timestamps = true;
        s.options.ts_value = 1;
        s.options.ts_echo = echo;
    }
    void acknowledge(net::Segment s) { (void)tcp_check_ack(t, s, now()); }
    void arrives(net::Segment s) { tcp_segment_arrives(t, s, now()); }
    net::Seq at(u32 n) const { return t.iss + 1 + n; }
    Instant now() const { return net::platform::now(); }
    void pass(Duration d) { fake::world().now = fake::world().now + d; }

    static constexpr net::Seq kTheirs{5000};
    net::Tcb t;
};
