// Inbox: what a socket has received and its program has not read, and the rules of sending to it. A
// connection is two of them: each socket has its own, and a reference to its peer's.
//
//   A.inbox  <---- put ---- B          A.inbox: bytes B -> A; what happens to A's poll()
//   A        ---- put ----> B.inbox
//
// A stream is bytes. Otherwise there are messages, each with a record before its bytes:
//
//   | Record | bytes of the message ... | Record | bytes ... |        in a PageQueue
//
// The descriptors of a message are in a list of their own, with the positions of the bytes that they came
// with.
#pragma once

#include "abi/poll.h"
#include "ipc/in_flight.h"
#include "ipc/name.h"
#include "lib/poll.h"
#include "mm/page_queue.h"
#include "net/core/budget.h"
#include "net/core/pool.h"
#include "net/core/turn.h"

namespace ipc {

using mm::PageQueue;

// - Thread context, no lock held. Functions that wait return Intr if the process is killed.
class Inbox final : public RefCounted {
  public:
    // The budget counts pages. `number` is for people.
    Inbox(net::Pool<Inbox>& home, net::MbufBudget& pages, bool messages, u32 number);
    const u32 number;

    // How many bytes it may hold, with the records; sets SO_SNDBUF of the sender.
    void set_limit(u32 bytes);

    // --- the senders

    struct Outgoing {
        UserAddr from{};
        usize n = 0;
        Rights rights;
        Ref<LocalName> sender;  // of a datagram
    };
    // Appends bytes, or a message; waits for room. Returns how many bytes were appended. Errors: Pipe (nobody
    // will read), MsgSize (larger than the limit), TooManyRefs, Fault, Again and the other errors of waiting.
    // On success the rights are gone, unless a stream got no byte.
    Result<usize> put(Outgoing& message, const net::WaitPolicy& policy);
    // Nothing more will be sent. `error`, if there is one, is reported to the reader before the end of file.
    void end_writing(Errno error);
    // Whether a send would not block: at least half of the limit is free.
    bool is_writable();
    bool is_shut_for_writing();

    // --- the owner

    struct Mode {
        bool peek, all;  // MSG_PEEK, MSG_WAITALL
    };
    struct Received {
        usize bytes = 0;   // copied
        usize length = 0;  // of the message
        bool made_room = false;
        Rights rights;
        Ref<LocalName> sender;
    };
    // Copies at most n bytes of the stream, or the next message; waits for the first. A message's rest is
    // dropped. bytes 0: nothing more will come. A read of a stream ends with the bytes that have descriptors,
    // so that no two messages' are mixed. Errors: BadF (closed), Fault (nothing was taken), the pending
    // error, those of waiting.
    Result<Received> take(UserAddr to, usize n, Mode mode, const net::WaitPolicy& policy);
    // Nothing more will be read. `close`: drops what is there. Returns whether something was unread.
    bool end_reading(bool close);

    u32 poll(PollEntry* watch);  // the events of reading
    void unwatch(PollEntry& watch);
    void wake_pollers();
    Errno take_error();
    usize bytes();  // that can be read, of all messages
    // The owner's name, for the peer.
    void set_name(Ref<LocalName> name);
    Ref<LocalName> name();

    // --- the collector, with its lock held

    template <class F>
    void for_each_right(F f) EXCLUDES(lock_) {
        net::platform::Guard guard(lock_);
        for (Right* r = rights_.front(); r; r = rights_.next(*r)) f(*r);
    }
    void take_rights(Rights& to) EXCLUDES(lock_) {
        net::platform::Guard guard(lock_);
        to.take(rights_);
    }

  private:
    struct Record {
        u32 length;
        LocalName* sender;  // a reference, or null
    };
    static Record read_record(PageQueue::Cursor& c);
    void last_ref_gone() override { home_.destroy(this); }

    Result<usize> put_bytes(Outgoing& m, const net::WaitPolicy& policy, Instant& deadline);
    Result<> put_message(Outgoing& m, const net::WaitPolicy& policy, Instant& deadline);
    Result<usize> wait_for_room(usize wanted, bool whole, const net::WaitPolicy& policy, Instant& deadline);
    template <class Copy>
    Result<> fill(usize n, Copy copy, const net::WaitPolicy& policy, Instant& deadline);
    Result<> add_page(const net::WaitPolicy& policy, Instant& deadline);
    Result<> commit(Outgoing& m);

    Result<bool> wait_for_bytes(const net::WaitPolicy& policy, Instant& deadline);
    Result<Received> take_part(UserAddr to, usize n, bool peek, const net::WaitPolicy& policy,
                               Instant& deadline);
    void take_rest(Received& all, UserAddr to, usize n, const net::WaitPolicy& policy, Instant& deadline);
    Result<> finish(Received& got, usize used, LocalName* sender, bool peek);
    usize piece_locked(usize n) REQUIRES(lock_);
    Right* right_before_locked(u64 end) REQUIRES(lock_);
    void discard_locked() REQUIRES(lock_);
    void settle_locked() REQUIRES(lock_);
    void changed_locked() REQUIRES(lock_) { reading_.wake(), pollers_.wake_all(); }

    net::Pool<Inbox>& home_;
    const bool messages_;
    net::platform::Lock lock_{LockRank::Connection, "unix queue"};
    PageQueue queue_;  // guarded by lock_, except for ranges of its bytes
    net::MbufAccount account_ GUARDED_BY(lock_);
    Rights rights_ GUARDED_BY(lock_);  // by position
    u64 taken_ GUARDED_BY(lock_) = 0;  // bytes read since the beginning
    u32 records_ GUARDED_BY(lock_) = 0;
    u32 limit_ GUARDED_BY(lock_);
    bool filling_ GUARDED_BY(lock_) = false;      // a thread fills the queue
    bool draining_ GUARDED_BY(lock_) = false;     // a thread reads from it
    bool no_more_in_ GUARDED_BY(lock_) = false;   // end_writing()
    bool no_more_out_ GUARDED_BY(lock_) = false;  // end_reading()
    bool closed_ GUARDED_BY(lock_) = false;
    Errno error_ GUARDED_BY(lock_) = Errno::None;
    Ref<LocalName> name_ GUARDED_BY(lock_);
    net::Turn reading_ GUARDED_BY(lock_){"unix receive"};
    net::Turn writing_ GUARDED_BY(lock_){"unix send"};
    PollList pollers_ GUARDED_BY(lock_);
};

}  // namespace ipc
