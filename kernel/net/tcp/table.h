// The table of connections. A connection in TIME-WAIT without a program is replaced by a compact entry.
#pragma once

#include <optional>
#include <span>

#include "lib/list.h"
#include "lib/ref.h"
#include "lib/shared_count.h"
#include "net/core/growing_hash.h"
#include "net/tcp/tcb.h"

namespace net {

class TcpConnection;

// An element of the table: a connection or a compact TIME-WAIT entry.
struct TcpFlow {
    enum class Kind : u8 { Connection, TimeWait };
    explicit TcpFlow(Kind k, const TcpKey& which = {}) : kind(k), key(which) {}
    const Kind kind;
    TcpKey key;  // fixed while it is in the table
    TcpFlow* chain = nullptr;
    bool in_table = false;  // chain and in_table are guarded by the table's lock
};

// A compact TIME-WAIT entry: only the state that TIME-WAIT needs (RFC 9293 section 3.6.1, RFC 6191).
struct TcpTimeWait : TcpFlow, ListNode<TcpTimeWait> {
    TcpTimeWait() : TcpFlow(Kind::TimeWait) {}
    Seq snd_nxt, rcv_nxt;
    u16 window = 0;  // the window field, as in the last segment
    bool timestamps = false;
    bool refused_syn = false;  // a SYN could not start a new incarnation and was answered with an ACK
    u32 ts_offset = 0, ts_recent = 0;
    Instant since{}, until{};
};

// A hash table. The cost of a lookup does not depend on the number of elements.
// - Thread context. The lock is held only briefly.
class TcpTable {
    using Flows = GrowingHash<TcpFlow, &TcpFlow::chain>;

  public:
    TcpTable();

    // Inserts c; the table adds a reference. AddrInUse: the connection exists, or is in TIME-WAIT and must
    // not be reused. If a TIME-WAIT entry is reused, `above` is set to its SND.NXT.
    Result<> insert(TcpConnection& c, Instant now, std::optional<Seq>* above = nullptr) EXCLUDES(lock_);
    // The same, with the first free local port after a random start (RFC 6056 section 3.3.1) for which
    // `taken` returns false, also after the insertion: whoever claims a port looks for connections after that
    // (Tcp::claim_unused_port), so at least one of the two sees the other.
    Result<> insert_with_free_port(TcpConnection& c, bool (*taken)(void*, u16), void* argument)
        EXCLUDES(lock_);
    // True: the caller now owns the table's reference. False: c is not in the table.
    [[nodiscard]] bool remove(TcpConnection& c) EXCLUDES(lock_);
    // Replaces c by a TIME-WAIT entry. True: the caller now owns the table's reference. False: no c.
    bool retire(TcpConnection& c, TcpTimeWait& entry) EXCLUDES(lock_);

    // A connection, a copy of a TIME-WAIT entry (then time_wait is true), or neither.
    struct Found {
        Ref<TcpConnection> connection;
        bool time_wait = false;
        Seq snd_nxt, rcv_nxt;
        u16 window = 0;
        bool timestamps = false, refused_syn = false;
        u32 ts_offset = 0, ts_recent = 0;
    };
    Found find(const TcpKey& key) EXCLUDES(lock_);

    // Removes a TIME-WAIT entry and passes it to the caller. Null: there is none.
    TcpTimeWait* take_time_wait(const TcpKey& key) EXCLUDES(lock_);
    // Restarts the 2 MSL timeout, because the peer has sent its FIN again.
    void restart_time_wait(const TcpKey& key, Instant now) EXCLUDES(lock_);
    void note_refused_syn(const TcpKey& key) EXCLUDES(lock_);
    // Removes an expired TIME-WAIT entry and passes it to the caller; null: none. `next`: the next expiry.
    TcpTimeWait* expired_time_wait(Instant now, Instant& next) EXCLUDES(lock_);
    u32 time_waits() const { return time_waits_; }
    usize bytes() EXCLUDES(lock_);  // of memory for the table itself, with many entries

    // Does any connection use this local port? Searches the whole table, a part at a time. Only for programs
    // that claim a certain port, which is rare: an index by port would slow down every connection.
    bool has_local_port(Ipv4Addr local, u16 port) EXCLUDES(lock_);

    // Fills an empty array, as EndpointTable::list does with sockets.
    struct Listed {
        Ref<TcpConnection> connection;  // null: it is a compact TIME-WAIT entry
        TcpKey time_wait;
        const void* get() const { return connection.get(); }
    };
    using Place = Flows::Place;
    usize list(Place& from, std::span<Listed> room) EXCLUDES(lock_);

    Ref<TcpConnection> any() EXCLUDES(lock_);  // any connection; null: there is none
    usize longest_chain() EXCLUDES(lock_);     // for tests

  private:
    u64 hash_of(const TcpKey& key) const;
    TcpFlow* find_locked(const TcpKey& key) REQUIRES(lock_);
    TcpTimeWait* find_time_wait_locked(const TcpKey& key) REQUIRES(lock_);
    void link_locked(TcpFlow& f) REQUIRES(lock_);
    bool unlink_locked(TcpFlow& f) REQUIRES(lock_);
    void* forget_locked(TcpTimeWait& entry) REQUIRES(lock_);
    bool grow_locked() REQUIRES(lock_);
    void grow() EXCLUDES(lock_);

    platform::Lock lock_{LockRank::ConnectionTable, "tcp table"};
    const u64 multiplier_;  // secret: an attacker cannot fill one chosen bucket
    Flows flows_ GUARDED_BY(lock_);
    List<TcpTimeWait> waiting_ GUARDED_BY(lock_);  // sorted by `until`
    SharedCount time_waits_{0};
};

}  // namespace net
