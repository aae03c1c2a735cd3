// Connections by who talks to whom. Those in TIME-WAIT that no program has any more stay only as a short
// note.
#pragma once

#include <atomic>
#include <optional>

#include "lib/list.h"
#include "lib/ref.h"
#include "net/core/pool.h"
#include "net/platform.h"
#include "net/tcp/tcb.h"

namespace net {

class TcpConnection;

// What the table chains in a bucket: a connection, or the note of one.
struct TcpFlow {
    enum class Kind : u8 { Connection, TimeWait };
    explicit TcpFlow(Kind k, const TcpKey& which = {}) : kind(k), key(which) {}
    const Kind kind;
    TcpKey key;  // fixed while it is in the table
    TcpFlow* chain = nullptr;
    bool in_table = false;  // both guarded by the table's lock
};

// All that TIME-WAIT needs (RFC 9293 section 3.6.1, RFC 6191).
struct TcpTimeWait : TcpFlow, ListNode<TcpTimeWait> {
    TcpTimeWait() : TcpFlow(Kind::TimeWait) {}
    Seq snd_nxt, rcv_nxt;
    u16 window = 0;  // as it stood in the last segment
    bool timestamps = false;
    bool refused_syn = false;  // a SYN came that could not begin a new connection, and was answered
    u32 ts_offset = 0, ts_recent = 0;
    Instant since{}, until{};
};

// The cost of finding does not grow with the number up to a few times kBuckets.
// - Thread context; the lock is held for a few instructions at a time, except by has_local_port.
class TcpTable {
  public:
    TcpTable();

    // The table takes a reference of its own. AddrInUse: there is such a connection, or one in TIME-WAIT that
    // must not be cut short. When one was, `above` is set to where its sequence numbers ended.
    Result<> insert(TcpConnection& c, Instant now, std::optional<Seq>* above = nullptr) EXCLUDES(lock_);
    // The same with the first local port from a random one on that is free (RFC 6056 section 3.3.1) and that
    // `taken` does not object to.
    Result<> insert_with_free_port(TcpConnection& c, bool (*taken)(void*, u16), void* argument)
        EXCLUDES(lock_);
    // True: the table's reference is the caller's then. False: c is not in the table.
    [[nodiscard]] bool remove(TcpConnection& c) EXCLUDES(lock_);
    // Puts a note in c's place; the table's reference is the caller's then. False: c is not in the table.
    bool retire(TcpConnection& c, TcpTimeWait& note) EXCLUDES(lock_);

    // A connection, or a copy of the note (its key's ports are 0 when there is neither).
    struct Found {
        Ref<TcpConnection> connection;
        bool time_wait = false;
        Seq snd_nxt, rcv_nxt;
        u16 window = 0;
        bool timestamps = false, refused_syn = false;
        u32 ts_offset = 0, ts_recent = 0;
    };
    Found find(const TcpKey& key) EXCLUDES(lock_);

    // For a SYN that may begin anew what is in TIME-WAIT: takes the note out. Null: there is none.
    TcpTimeWait* take_time_wait(const TcpKey& key) EXCLUDES(lock_);
    // The peer has sent its FIN again: 2 MSL from now.
    void restart_time_wait(const TcpKey& key, Instant now) EXCLUDES(lock_);
    void note_refused_syn(const TcpKey& key) EXCLUDES(lock_);
    // Takes out a note whose time is over; null: none, and `next` is when the next one will be.
    TcpTimeWait* expired_time_wait(Instant now, Instant& next) EXCLUDES(lock_);
    u32 time_waits() const { return time_waits_; }

    // Does any connection have this local port? Looks at all.
    bool has_local_port(Ipv4Addr local, u16 port) EXCLUDES(lock_);

    // The index-th connection, in no order; null past the last. For netstat.
    Ref<TcpConnection> at(usize index) EXCLUDES(lock_);
    bool note_at(usize index, TcpKey& key) EXCLUDES(lock_);

  private:
    static constexpr usize kBuckets = 512;
    TcpFlow*& bucket(const TcpKey& key) REQUIRES(lock_);
    TcpFlow* find_locked(const TcpKey& key) REQUIRES(lock_);
    TcpTimeWait* find_time_wait_locked(const TcpKey& key) REQUIRES(lock_);
    void link_locked(TcpFlow& f) REQUIRES(lock_);
    bool unlink_locked(TcpFlow& f) REQUIRES(lock_);
    template <class F>
    void each_locked(F f) REQUIRES(lock_);

    platform::Lock lock_{LockRank::TcpTable, "tcp table"};
    u64 multiplier_;  // secret: nobody can aim at one bucket
    TcpFlow* buckets_[kBuckets] GUARDED_BY(lock_) = {};
    List<TcpTimeWait> waiting_ GUARDED_BY(lock_);  // by `until`
    std::atomic<u32> time_waits_{0};
};

}  // namespace net
