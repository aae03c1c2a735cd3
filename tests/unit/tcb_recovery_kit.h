// The engine on a block with ten segments in flight, for tests of loss recovery. The round trip is 100 ms.
#pragma once

#include "tcb_kit.h"

struct Recovery : TcbTest {
    explicit Recovery(bool sack = true) {
        establish({.sack = sack, .timestamps = false});
        t.rtt = {};
        t.rtt.sample(milliseconds(100));
        t.cc.cwnd = 20'000;
        pass(milliseconds(1));
        write(10'000);
    }
    void ack(const net::AckNews& news) {
        net::AckNews copy = news;
        net::tcp_recover(t, segment(0), copy, now());
    }
    u64 recoveries() const { return count(net::Stat::tcp_fast_recoveries); }
};
