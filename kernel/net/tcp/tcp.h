// The TCP of one stack: it receives segments, and creates and frees connections and listeners.
#pragma once

#include "lib/shared_count.h"
#include "net/proto/tcp.h"
#include "net/tcp/listener.h"
#include "net/tcp/ports.h"
#include "net/tcp/secrets.h"
#include "net/tcp/table.h"

namespace net {

class Inet;

// - Thread context, no lock held.
class Tcp {
  public:
    // All send buffers together get a quarter of all mbufs, shared by MbufBudget's rule.
    static constexpr u32 kMaxSendMbufs = kMaxMbufs / 4;

    explicit Tcp(Inet& inet);
    ~Tcp();
    Tcp(const Tcp&) = delete;
    Tcp& operator=(const Tcp&) = delete;

    Inet& inet() { return inet_; }
    TcpTable& table() { return table_; }
    TcpPorts& ports() { return ports_; }
    const TcpSecrets& secrets() const { return secrets_; }

    // Processes a received segment with a correct checksum and consumes m, the packet that contains it.
    void arrive(const Ipv4Packet& ip, const TcpSegment& segment, MbufPtr m);
    // Does a connection, a TIME-WAIT entry or a listener expect this segment?
    bool expects(const Ipv4Packet& ip, const TcpSegment& segment);
    void unreachable(const QuotedPacket& quote, Errno why, u16 mtu);
    // Would `ack` acknowledge new data of this connection?
    bool waits_for(const TcpKey& key, Seq ack);

    // Claims a port, unless a connection has it, in TIME-WAIT too. AddrInUse.
    Result<> claim_unused_port(TcpBinding& binding);

    // Starts to connect. local_port 0 selects a free one. Errors: AddrInUse, NoMem.
    Result<Ref<TcpConnection>> connect(const TcpKey& key, const TcpConfig& config);
    // The same with a connection that has_failed(). Only one thread may call it at a time.
    Result<> connect_again(TcpConnection& c, const TcpKey& key, const TcpConfig& config);
    Result<Ref<TcpListener>> listen(TcpBinding& binding, const TcpConfig& config, int backlog);

    // --- for TcpConnection and TcpListener
    void free(TcpConnection& c);
    void free(TcpListener& l) { listeners_.destroy(&l); }
    TcpTimeWait* new_time_wait() { return time_wait_pool_.create(); }
    void free_time_wait(TcpTimeWait& entry) { time_wait_pool_.destroy(&entry); }
    // Sets the timer after an entry was added to the table, and frees the oldest above most_time_waits().
    void time_wait_added(Instant until);
    u32 most_time_waits() const { return most_time_waits_; }
    // The memory of the entries, and of the table that grows with them.
    usize time_wait_bytes() { return time_wait_pool_.bytes() + table_.bytes(); }
    MbufBudget& send_budget() { return send_budget_; }
    TcpPressure& pressure() { return pressure_; }

  private:
    void arrive_without_connection(const TcpKey& key, Segment& s, Instant now);
    void arrive_at_listener(TcpListener& l, const TcpKey& key, Segment& s, std::optional<Seq> above,
                            Instant now);
    void arrive_in_time_wait(const TcpTable::Found& found, const TcpKey& key, Segment& s, Instant now);
    void end_time_wait(const TcpTable::Found& old, const TcpKey& key, const Segment& reset);
    bool reopens(TcpConnection& old, const TcpKey& key, Segment& s, Instant now);
    bool try_cookie(TcpListener& l, const TcpKey& key, Segment& s, Instant now);
    void send_cookie(TcpListener& l, const TcpKey& key, const Segment& syn, Instant now);
    bool has_room_for_peer() const;
    void open(TcpListener& l, const TcpKey& key, const Segment& syn, std::optional<Seq> above, Instant now);
    Result<> begin(TcpConnection& c);
    void forget(TcpConnection& c);
    Ref<TcpConnection> new_connection(const TcpKey& key, const TcpConfig& config);
    void send_without_connection(const TcpKey& key, const TcpFields& fields, u32 ts_value, u32 ts_echo,
                                 bool timestamps, u16 mss);
    void send_reset(const TcpKey& key, const Segment& s, Instant now);
    void expire_time_waits(Instant now);
    static void on_time_wait_timer(void* self);

    Inet& inet_;
    TcpSecrets secrets_;
    TcpTable table_;
    TcpPorts ports_;
    Pool<TcpConnection> connections_{LockRank::ConnectionTable, memory_share::kTcpConnections};
    Pool<TcpListener> listeners_{LockRank::ConnectionTable, memory_share::kListeners};
    Pool<TcpTimeWait> time_wait_pool_{LockRank::ConnectionTable, memory_share::kTimeWaits};
    const u32 most_time_waits_ = time_wait_pool_.most();
    SharedCount connection_count_{0};
    MbufBudget send_budget_{kMaxSendMbufs};
    TcpPressure pressure_{connections_.most() / 4};
    platform::Timer time_wait_timer_{on_time_wait_timer, this};
    std::atomic<u64> time_wait_armed_{~u64{0}};
};

}  // namespace net
