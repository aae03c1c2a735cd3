#include "net/tcp/tcp.h"

#include "net/proto/inet.h"
#include "net/proto/ip.h"
#include "net/tcp/engine.h"

namespace net {

Tcp::Tcp(Inet& inet) : inet_(inet) { inet.attach_tcp(*this); }

// Only for tests: the kernel's stack is never destroyed.
Tcp::~Tcp() {
    while (Ref<TcpConnection> c = table_.any()) c->abort(Errno::None, platform::now());
    Instant next;
    while (TcpTimeWait* entry = table_.expired_time_wait(Instant::never(), next)) free_time_wait(*entry);
    time_wait_timer_.cancel();
}

Ref<TcpConnection> Tcp::new_connection(const TcpKey& key, const TcpConfig& config) {
    Ref<TcpConnection> c(connections_.create(*this, key, config));
    if (c)
        connection_count_.fetch_add(1, std::memory_order_relaxed);
    else
        inet_.bump(Stat::no_mbuf);
    return c;
}

void Tcp::free(TcpConnection& c) {
    connections_.destroy(&c);
    connection_count_.fetch_sub(1, std::memory_order_relaxed);
}

// A port that a socket is bound to is not selected automatically.
static bool is_claimed(void* ports, u16 port) { return static_cast<TcpPorts*>(ports)->is_claimed(port); }

// In this order: see TcpTable::insert_with_free_port.
Result<> Tcp::claim_unused_port(TcpBinding& binding) {
    TRY(ports_.claim(binding));
    if (!table_.has_local_port(binding.addr, binding.port)) return {};
    ports_.release(binding);
    return Errno::AddrInUse;
}

Result<Ref<TcpConnection>> Tcp::connect(const TcpKey& key, const TcpConfig& config) {
    Ref<TcpConnection> c = new_connection(key, config);
    if (!c) return Errno::NoMem;
    TRY(begin(*c));
    return c;
}

Result<> Tcp::connect_again(TcpConnection& c, const TcpKey& key, const TcpConfig& config) {
    c.renew(key, config);
    return begin(c);
}

Result<> Tcp::begin(TcpConnection& c) {
    const Instant now = platform::now();
    std::optional<Seq> above;
    if (c.key.local_port)
        TRY(table_.insert(c, now, &above));
    else
        TRY(table_.insert_with_free_port(c, is_claimed, &ports_));
    TcpStart start = secrets_.start(c.key, now);
    if (above && !start.isn.after(*above)) start.isn = *above + 65536;
    inet_.bump(Stat::tcp_opened);
    c.open_active(start, now);
    return {};
}

Result<Ref<TcpListener>> Tcp::listen(TcpBinding& binding, const TcpConfig& config, int backlog) {
    Ref<TcpListener> l(listeners_.create(*this, config));
    if (!l) return Errno::NoMem;
    l->addr = binding.addr, l->port = binding.port;
    l->set_backlog(backlog);
    TRY(ports_.listen(binding, *l));
    return l;
}

// --- ICMP

void Tcp::unreachable(const QuotedPacket& quote, Errno why, u16 mtu) {
    const TcpKey key{quote.src(), quote.dst(), quote.src_port(), quote.dst_port()};
    const auto found = table_.find(key);
    if (!found.connection) return;
    const Seq seq(reinterpret_cast<const be32*>(quote.transport().data())[1]);  // after the ports
    found.connection->unreachable(seq, why, mtu, platform::now());
}

void tcp_unreachable(Inet& inet, const QuotedPacket& quote, Errno why, u16 mtu) {
    inet.tcp().unreachable(quote, why, mtu);
}

// --- runs of ACKs

bool Tcp::waits_for(const TcpKey& key, Seq ack) {
    const auto found = table_.find(key);
    return found.connection && found.connection->waits_for(ack);
}

bool tcp_waits_for(Inet& inet, const TcpAck& ack) {
    return inet.tcp().waits_for({ack.local, ack.remote, ack.local_port, ack.remote_port}, Seq(ack.number));
}

// --- TIME-WAIT

void Tcp::time_wait_added(Instant until) {
    if (table_.time_waits() > most_time_waits_) {
        Instant next;
        if (TcpTimeWait* oldest = table_.expired_time_wait(Instant::never(), next)) free_time_wait(*oldest);
    }
    u64 unset = ~u64{0};
    if (time_wait_armed_.compare_exchange_strong(unset, until.ns)) time_wait_timer_.set(until);
}

void Tcp::on_time_wait_timer(void* self) { static_cast<Tcp*>(self)->expire_time_waits(platform::now()); }

// All entries wait equally long, so the oldest expires first.
void Tcp::expire_time_waits(Instant now) {
    Instant next;
    while (TcpTimeWait* entry = table_.expired_time_wait(now, next)) free_time_wait(*entry);
    time_wait_armed_ = next.ns;
    if (next != Instant::never()) time_wait_timer_.set(next);
}

}  // namespace net
