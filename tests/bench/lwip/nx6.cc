// nx6's side of the contest, over its sockets: what a program's system calls call. A connection within the
// process goes from one stack to another.
#include <array>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "abi/poll.h"
#include "abi/socket.h"
#include "contest.h"
#include "frames.h"
#include "net/proto/inet.h"
#include "net/socket/inet_family.h"
#include "net/tcp/tcp.h"
#include "nx6_platform.h"

using namespace net;

namespace {

constexpr usize kSlots = 1024, kRoom = 2048;

[[noreturn]] void fail(const char* what) { contest_fail("nx6", what); }

u8 program[1 << 16], data[1 << 16];
UserAddr in_program() { return {reinterpret_cast<uptr>(program)}; }

class Card;

// The frames on the way between the two cards.
struct Slot {
    Card* to;
    usize length;
    u8 bytes[kRoom];
};
Slot slots[kSlots];
usize head, tail;

// A card that is memory. Without an other end, the last frame that it has sent can be read.
class Card final : public NetDevice {
  public:
    explicit Card(const u8* mac)
        : NetDevice("memory"), mac_{{mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]}} {}
    MacAddr mac() const override { return mac_; }
    bool link_up() const override { return true; }
    NetDeviceCounters counters() const override { return {}; }
    Result<> wait_for_room() override { return {}; }
    void reclaim() override {}

    Result<> transmit(MbufPtr& frame) override {
        u8* to = sent_;
        if (other) {
            if (tail - head == kSlots) fail("too many frames on the way");
            Slot& slot = slots[tail++ % kSlots];
            slot.to = other, slot.length = frame->length(), to = slot.bytes;
        }
        std::memcpy(to, frame->data(), frame->length());
        frame.reset();
        return {};
    }

    void arrive(const u8* frame, usize length) {
        MbufPtr m = Mbuf::alloc(kRxHeadroom);
        if (!m) fail("out of memory");
        std::memcpy(m->put(length), frame, length);
        net_rx(*this, std::move(m));
    }
    const u8* sent() const { return sent_; }

    Card* other = nullptr;

  private:
    MacAddr mac_;
    u8 sent_[kRoom];
};

struct Host : Inet {
    Host(const u8* mac, Ipv4Addr address) : card(mac) {
        if (!add_interface(card, {address, 24}).ok()) fail("cannot start");
    }
    Ref<Socket> open(int type) {
        auto s = sockets.open(type, 0);
        return s.ok() ? std::move(s).value() : Ref<Socket>();
    }
    Card card;
    Tcp tcp{*this};
    InetFamily sockets{*this, tcp};
};

constexpr u8 kBackMac[6] = {2, 0, 0, 0, 0, 2};
constexpr Ipv4Addr kOurs(10, 0, 0, 1), kBack(10, 0, 0, 2), kPeer(10, 0, 0, 9);
std::unique_ptr<Host> ours, back;
std::vector<std::array<u8, kRoom>> frames;

bool pump() {
    const bool any = head != tail;
    for (; head != tail; head++)
        slots[head % kSlots].to->arrive(slots[head % kSlots].bytes, slots[head % kSlots].length);
    return any;
}

// --- UDP ---

std::vector<Ref<Socket>> sockets;

void close_all(std::vector<Ref<Socket>>& all) {
    for (auto& s : all) s->close();
    all.clear();
}

bool open_sockets(int count) {
    for (int i = 0; i < count; i++) {
        Ref<Socket> s = ours->open(SOCK_DGRAM);
        if (!s || !s->bind(SocketAddr(kOurs, static_cast<u16>(FIRST_PORT + i))).ok() ||
            !s->connect(SocketAddr(kPeer, PEER_PORT), true).ok()) {
            std::fprintf(stderr, "nx6 opens only %d UDP sockets\n", i);
            return false;
        }
        sockets.push_back(s);
    }
    return true;
}

std::array<usize, 3> lengths;

void make_fragments() {
    static u8 whole[4200];
    make_datagram(whole, 4000, FIRST_PORT);
    usize at = 0;
    for (usize i = 0; i < 3; i++) {
        const usize n = i < 2 ? 1480 : UDP + 4000 - 2 * 1480;
        u8* to = make_ip(frames[i].data(), 17, static_cast<int>(n),
                         static_cast<unsigned>(at / 8) | (i < 2 ? MORE_FRAGMENTS : 0));
        std::memcpy(to, whole + at, n);
        lengths[i] = ETHER + IP + n;
        at += n;
    }
}

usize read_from(Socket& s, usize most = sizeof program) {
    const auto n = s.receive(in_program(), most, MSG_DONTWAIT, nullptr);
    return n.ok() ? n.value() : 0;
}

void run_udp_in(const Work& w, long n) {
    static int next;
    for (long i = 0; i < n; i++) {
        if (++next >= w.count) next = 0;
        const auto at = static_cast<usize>(next);
        ours->card.arrive(frames[at].data(), static_cast<usize>(ETHER + IP + UDP + w.size));
        if (read_from(*sockets[at]) != static_cast<usize>(w.size)) fail("a datagram was not received");
    }
}

void run_udp_out(const Work& w, long n) {
    for (long i = 0; i < n; i++) {
        if (!sockets[0]->send(in_program(), static_cast<usize>(w.size), 0, nullptr).ok())
            fail("a datagram was not sent");
    }
}

void run_fragments(long n) {
    for (long i = 0; i < n; i++) {
        for (usize k = 0; k < 3; k++) ours->card.arrive(frames[k].data(), lengths[k]);
        if (read_from(*sockets[0]) != 4000) fail("a datagram was not put together");
    }
}

// --- TCP from a peer that is only frames ---

struct Connection {
    Ref<Socket> socket;
    u32 seq, ack;
};
std::vector<Connection> connections;
Ref<Socket> listener;

Ref<Socket> listen_at(Host& host) {
    Ref<Socket> s = host.open(SOCK_STREAM);
    if (!s || !s->bind(SocketAddr(Ipv4Addr(), 80)).ok() || !s->listen(64).ok()) fail("cannot listen");
    return s;
}

// A connection is reset when it closes, as lwIP's tcp_abort does.
void abort_at_close(Socket& s) {
    const linger at_once = {1, 0};
    (void)s.set_option(SOL_SOCKET, SO_LINGER, {reinterpret_cast<const u8*>(&at_once), sizeof at_once});
}

bool open_connections(int count, int size) {
    u8* f = frames[0].data();
    for (int i = 0; i < count; i++) {
        const auto port = static_cast<unsigned>(20000 + i);
        ours->card.arrive(f, static_cast<usize>(make_tcp(f, 0, port, 80, 1000, 0, SYN)));
        const u32 ack = get32(ours->card.sent() + ETHER + IP + 4) + 1;
        ours->card.arrive(f, static_cast<usize>(make_tcp(f, 0, port, 80, 1001, ack, ACK)));
        auto s = listener->accept(false);
        if (!s.ok()) {
            std::fprintf(stderr, "nx6 accepts only %d connections\n", i);
            return false;
        }
        connections.push_back({std::move(s).value(), 1001, ack});
        abort_at_close(*connections.back().socket);
    }
    make_tcp(f, size, 20000, 80, 0, 0, ACK | PSH);
    return true;
}

void run_tcp_in(const Work& w, long n) {
    static int next;
    for (long i = 0; i < n; i++) {
        if (++next >= w.count) next = 0;
        Connection& c = connections[static_cast<usize>(next)];
        set_tcp(frames[0].data(), static_cast<unsigned>(20000 + next), c.seq, c.ack);
        ours->card.arrive(frames[0].data(), static_cast<usize>(ETHER + IP + TCP + w.size));
        c.seq += static_cast<u32>(w.size);
        if (read_from(*c.socket) != static_cast<usize>(w.size)) fail("a segment was not received");
    }
}

// --- TCP between both stacks ---

Ref<Socket> client, server;

void connect_both() {
    client = ours->open(SOCK_STREAM);
    const int on = 1;
    (void)client->set_option(IPPROTO_TCP, TCP_NODELAY, {reinterpret_cast<const u8*>(&on), sizeof on});
    (void)client->connect(SocketAddr(kBack, 80), false);
    pump();
    auto accepted = listener->accept(false);
    if (!accepted.ok()) fail("cannot connect");
    server = std::move(accepted).value();
    (void)server->set_option(IPPROTO_TCP, TCP_NODELAY, {reinterpret_cast<const u8*>(&on), sizeof on});
    abort_at_close(*client);
    abort_at_close(*server);
}

void abort_both() {
    for (Ref<Socket>* s : {&client, &server}) {
        if (!*s) continue;
        (*s)->close();
        pump();
        *s = {};
    }
}

void run_bulk(long n) {
    const usize total = static_cast<usize>(n) * SEGMENT;
    for (usize written = 0, got = 0; got < total;) {
        while (written < total) {
            const auto sent = client->send({reinterpret_cast<uptr>(data)},
                                           std::min<usize>(total - written, 8192), MSG_DONTWAIT, nullptr);
            if (!sent.ok()) break;
            written += sent.value();
        }
        contest::pass(microseconds(10));
        const bool any = pump();
        usize more = 0;
        for (usize k; (k = read_from(*server)) > 0;) more += k;
        got += more;
        if (!any && more == 0 && !contest::fire_next_timer()) fail("a connection does not go on");
    }
}

void send_byte(Socket& from, Socket& to) {
    if (!from.send({reinterpret_cast<uptr>(data)}, 1, MSG_DONTWAIT, nullptr).ok()) fail("cannot send a byte");
    pump();
    if (read_from(to) != 1) fail("a byte was not received");
}

void run_ping(long n) {
    for (long i = 0; i < n; i++) {
        send_byte(*client, *server);
        send_byte(*server, *client);
        contest::pass(microseconds(10));
    }
}

void run_connect(long n) {
    for (long i = 0; i < n; i++) {
        connect_both();
        abort_both();
        contest::pass(microseconds(10));
    }
}

void close_everything() {
    abort_both();
    close_all(sockets);
    for (Connection& c : connections) c.socket->close();
    connections.clear();
    if (listener) listener->close();
    listener = {};
    head = tail;
    ours.reset(), back.reset();
}

int start(const Work* w) {
    close_everything();
    frames.resize(MOST_COUNT);
    const bool both = w->what >= TCP_BULK;
    ours = std::make_unique<Host>(OUR_MAC, kOurs);
    if (both)
        back = std::make_unique<Host>(kBackMac, kBack), ours->card.other = &back->card,
        back->card.other = &ours->card;
    if (!both) ours->card.arrive(frames[0].data(), static_cast<usize>(make_arp(frames[0].data())));
    if (w->what >= TCP_IN) listener = listen_at(both ? *back : *ours);
    if (w->what <= FRAGMENTS && !open_sockets(w->count)) return 0;
    if (w->what == UDP_IN) {
        for (int i = 0; i < w->count; i++)
            make_udp(frames[static_cast<usize>(i)].data(), w->size, static_cast<unsigned>(FIRST_PORT + i));
    }
    if (w->what == FRAGMENTS) make_fragments();
    if (w->what == TCP_IN && !open_connections(w->count, w->size)) return 0;
    if (w->what == TCP_BULK || w->what == TCP_PING) connect_both();
    return 1;
}

void run(const Work* w, long n) {
    switch (w->what) {
        case UDP_IN: return run_udp_in(*w, n);
        case UDP_OUT: return run_udp_out(*w, n);
        case FRAGMENTS: return run_fragments(n);
        case TCP_IN: return run_tcp_in(*w, n);
        case TCP_BULK: return run_bulk(n);
        case TCP_PING: return run_ping(n);
        case TCP_CONNECT: return run_connect(n);
    }
}

}  // namespace

const Contestant nx6_stack = {start, run};
