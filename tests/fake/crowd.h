// Many remote hosts at once, scripted by the test, each connection with a program of its own behind our port
// 80: what some of them hold, the others must not lack. All hosts are behind the gateway, unless the test
// introduces them.
#pragma once

#include <vector>

#include "abi/socket.h"
#include "net_test.h"

class CrowdTest : public NetTest {
  protected:
    CrowdTest();
    ~CrowdTest() override;

    // One connection, seen from the remote host. Sequence numbers are relative: 1 is the first byte of data.
    struct Guest {
        net::Ipv4Addr addr;
        u16 port = 0;
        u32 iss = 0, our_iss = 0;
        Ref<net::Socket> program = {};                // our end; null while it was not accepted
        u32 acked = 0;                                // what we have acknowledged so far
        u32 heard = 1;                                // what we have sent so far, in order
        bool reset = false;                           // by us
        std::vector<std::pair<u32, u32>> sacks = {};  // of our last segment
    };
    // The n-th of many hosts.
    static net::Ipv4Addr host(unsigned n) {
        return {198, 51, static_cast<u8>(100 + n / 250), static_cast<u8>(1 + n % 250)};
    }

    void listen(int backlog = 8);
    // Sends a SYN. True: it was answered, and g knows our sequence number.
    bool knock(Guest& g, bool sack_ok = false);
    // The whole handshake; the connection is accepted.
    Guest enter(net::Ipv4Addr addr, u16 port, u16 window = 65535);
    struct Words {
        u32 seq = 1;
        packets::Packet data = {};
        u16 flags = net::TcpFlags::Ack;
        u32 ack = 1;
        u16 window = 65535;
    };
    void say(const Guest& g, const Words& w);
    // What we sent meanwhile is taken off the wire; what concerns g is noted in it.
    void hear(Guest& g) { hear_all({&g}); }
    void hear_all(std::vector<Guest*> guests);
    // Writes as much as is taken at once; how much that was.
    usize write_all(const Guest& g, usize at_most = 1 << 20);
    // Bytes read at once, all there are.
    packets::Packet read_all(const Guest& g);
    // g's host sends `stream` as a simple TCP does, a window of `burst` segments at a time from the first
    // byte that is not acknowledged, while its program reads. True: all of it was read within so many rounds.
    bool transfer(Guest& g, const packets::Packet& stream, usize rounds, usize burst = 10);
    // To be closed in the end.
    Ref<net::Socket> keep(Ref<net::Socket> s) {
        opened_.push_back(s);
        return s;
    }
    // Lets time pass and answers for the gateway.
    void pass(Duration d);
    usize mbufs_held() const { return net::mbuf_usage().in_use() - mbufs_at_start_; }
    usize connections() const;

    Ref<net::Socket> listening;
    Guest* attentive = nullptr;  // never misses what we say to it, whoever listens

  private:
    std::vector<Ref<net::Socket>> opened_;
    u64 mbufs_at_start_ = net::mbuf_usage().in_use();
};
