// A scripted peer: sends one segment at a time and checks each of our answers. Sequence numbers are relative:
// 0 is the SYN, 1 the first byte of data. `ack` is relative to the other side's SYN.
#pragma once

#include <cerrno>

#include "abi/socket.h"
#include "net/wire/tcp_options.h"
#include "net_test.h"

inline constexpr u16 kSyn = net::TcpFlags::Syn, kAck = net::TcpFlags::Ack, kFin = net::TcpFlags::Fin,
                     kRst = net::TcpFlags::Rst, kPsh = net::TcpFlags::Psh, kUrg = net::TcpFlags::Urg;

struct Seg {
    u16 flags = kAck;
    u32 seq = 0, ack = 0;
    packets::Packet data = {};
    u16 window = 65535;
    u16 mss = 0;     // MSS option; 0: none
    int scale = -1;  // -1: none
    bool sack_ok = false;
    std::optional<net::TcpTimestamps> ts = {};
    std::vector<std::pair<u32, u32>> sacks = {};  // relative, in the other side's sequence numbers

    bool is(u16 f, u32 s, u32 a, usize length = 0) const {
        return (flags & ~kPsh) == f && seq == s && ack == a && data.size() == length;
    }
};
std::ostream& operator<<(std::ostream& o, const Seg& s);

// Expects our next segment to have these flags (ignoring PSH), numbers and length.
#define HEARS(...)                                                                  \
    for (const Seg heard = hear(), *once = &heard; once != nullptr; once = nullptr) \
    EXPECT_TRUE(heard.is(__VA_ARGS__)) << heard << " "

class TcpPeerTest : public NetTest {
  protected:
    explicit TcpPeerTest(u32 device_features = 0, u16 mtu = net::kEtherMtu);
    ~TcpPeerTest() override;

    static constexpr u32 kTheirIss = 0xffff'ff00;  // close to wrapping
    static constexpr u16 kTheirPort = 40000, kOurPort = 80;

    // --- the peer
    void say(Seg s);
    // Sends with absolute numbers.
    void say_raw(const net::TcpFields& f, const packets::Packet& options_and_data);
    Seg hear();  // our next segment; fails the test if there is none
    bool silence() {
        answer_arp();
        return device.sent.empty();
    }
    std::vector<Seg> hear_all();
    void pass(Duration d);

    // --- the program
    Ref<net::Socket> socket() { return keep(value_of(open_tcp(*stack))); }
    Ref<net::Socket> keep(Ref<net::Socket> s) {
        opened_.push_back(s);
        return s;
    }
    void close_all();
    Result<usize> send(usize n, int flags = MSG_DONTWAIT);
    ReadResult receive(usize room = 4096, int flags = MSG_DONTWAIT);
    void shut() { EXPECT_TRUE(program->shutdown(SHUT_WR).ok()); }
    void close() { program->close(); }
    int error() {
        int e = -1;
        (void)program->get_option(SOL_SOCKET, SO_ERROR, {reinterpret_cast<u8*>(&e), sizeof e});
        return e;
    }
    tcp_info info();
    net::TcpState state();
    static Bytes as_option(const int& v) { return {reinterpret_cast<const u8*>(&v), sizeof v}; }

    // --- handshakes, complete on return. The peer's options are those of `syn`.
    void accept_one(Seg syn = {.flags = kSyn, .mss = 1460});
    void connect_one(Seg syn_ack = {.flags = kSyn | kAck, .mss = 1460});
    void listen(int backlog = 8);
    void start_connect();

    Duration round_trip{};  // delay of accept_one's last ACK
    Ref<net::Socket> listening, program;
    u32 our_iss = 0;
    u16 our_port = kOurPort, their_port = kTheirPort;

  private:
    void answer_arp();
    bool knows_iss_ = false;
    std::vector<Ref<net::Socket>> opened_;
};
