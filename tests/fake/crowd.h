// A fixture with many scripted remote hosts. Each connection to our port 80 has its own program. For tests
// that some hosts cannot use up the memory of others. All hosts are behind the gateway, unless the test
// introduces them.
#pragma once

#include <vector>

#include "abi/socket.h"
#include "net_test.h"

class CrowdTest : public NetTest {
  protected:
    CrowdTest();
    ~CrowdTest() override;

    // One connection, from the view of the remote host. Sequence numbers are relative: 1 is the first byte of
    // data.
    struct Guest {
        net::Ipv4Addr addr;
        u16 port = 0;
        u32 iss = 0, our_iss = 0;
        Ref<net::Socket> program = {};                // our end; null before accept
        u32 acked = 0;                                // the highest sequence number that we have acknowledged
        u32 heard = 1;                                // the next sequence number expected from us
        bool reset = false;                           // we have sent an RST
        std::vector<std::pair<u32, u32>> sacks = {};  // in our last segment
    };
    // The n-th of many hosts.
    static net::Ipv4Addr host(unsigned n) {
        return {198, 51, static_cast<u8>(100 + n / 250), static_cast<u8>(1 + n % 250)};
    }

    void listen(int backlog = 8);
    void send_syn(const Guest& g, bool sack_ok = false);
    // Sends a SYN. True: we have answered, and g has our sequence number.
    bool knock(Guest& g, bool sack_ok = false);
    // Completes the handshake and accepts the connection.
    Guest enter(net::Ipv4Addr addr, u16 port, u16 window = 65535);
    struct Words {
        u32 seq = 1;
        packets::Packet data = {};
        u16 flags = net::TcpFlags::Ack;
        u32 ack = 1;
        u16 window = 65535;
    };
    void say(const Guest& g, const Words& w);
    // Takes the sent frames off the wire and updates g from its segments.
    void hear(Guest& g) { hear_all({&g}); }
    void hear_all(std::vector<Guest*> guests);
    // Writes until the socket accepts no more; returns the number of bytes.
    usize write_all(const Guest& g, usize at_most = 1 << 20);
    // Reads all available bytes without waiting.
    packets::Packet read_all(const Guest& g);
    // g's host sends `stream` like a simple TCP: in each round a window of `burst` segments from the first
    // unacknowledged byte, while the program reads. True: all was read within `rounds` rounds.
    bool transfer(Guest& g, const packets::Packet& stream, usize rounds, usize burst = 10);
    // Keeps a socket, to close it at the end of the test.
    Ref<net::Socket> keep(Ref<net::Socket> s) {
        opened_.push_back(s);
        return s;
    }
    // Advances the clock and answers ARP requests for the gateway.
    void pass(Duration d);
    usize mbufs_held() const { return net::mbuf_usage().in_use() - mbufs_at_start_; }
    usize connections() const;

    Ref<net::Socket> listening;
    Guest* attentive = nullptr;  // its segments are recorded at each hear(), whatever the argument

  private:
    std::vector<Ref<net::Socket>> opened_;
    u64 mbufs_at_start_ = net::mbuf_usage().in_use();
};
