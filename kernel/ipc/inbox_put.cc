// The senders' side of an Inbox.
#include "ipc/inbox.h"
#include "lib/string.h"

namespace ipc {

using net::WaitPolicy;

// How many of `wanted` bytes may be added now; whole: all of them.
Result<usize> Inbox::wait_for_room(usize wanted, bool whole, const WaitPolicy& policy, Instant& deadline) {
    net::platform::Guard guard(lock_);
    for (;;) {
        if (no_more_in_ || no_more_out_) return Errno::Pipe;
        if (whole && wanted > limit_) return Errno::MsgSize;
        const usize used = queue_.readable();
        const usize room = limit_ > used ? limit_ - used : 0;
        if (whole ? room >= wanted : room > 0) return wanted < room ? wanted : room;
        TRY(writing_.wait(lock_, policy, deadline));
    }
}

// Adds a page to the queue. A reader that waits, and a queue with nothing in it, get one even if others have
// many.
Result<> Inbox::add_page(const WaitPolicy& policy, Instant& deadline) {
    using Claim = net::MbufAccount::Claim;
    for (;;) {
        void* page = net::platform::page_alloc();
        net::platform::Guard guard(lock_);
        const Claim claim = reading_.is_awaited() ? Claim::Awaited
                            : queue_.pages() == 0 ? Claim::First
                                                  : Claim::Usual;
        if (page && account_.take(1, claim)) return queue_.add(page), Result<>();
        if (page) net::platform::page_free(page);
        TRY(writing_.pause(lock_, policy, deadline));
        if (no_more_out_) return Errno::Pipe;
    }
}

// Appends n bytes that copy(to, offset, n) provides, without committing them.
template <class Copy>
Result<> Inbox::fill(usize n, Copy copy, const WaitPolicy& policy, Instant& deadline) {
    for (usize done = 0; done < n;) {
        MutBytes space;
        {
            net::platform::Guard guard(lock_);
            space = queue_.space();
        }
        if (space.empty()) {
            TRY(add_page(policy, deadline));
            continue;
        }
        const usize part = n - done < space.size() ? n - done : space.size();
        TRY(copy(space.data(), done, part));
        net::platform::Guard guard(lock_);
        queue_.fill(part);
        done += part;
    }
    return {};
}

// Makes what is filled readable, with the rights.
Result<> Inbox::commit(Outgoing& m) {
    u32 held = 0;
    {
        net::platform::Guard guard(lock_);
        held = rights_.count();
    }
    TRY(depart(m.rights, held));
    {
        net::platform::Guard guard(lock_);
        if (!no_more_out_) {
            const u64 begin = taken_ + queue_.readable();
            queue_.commit();
            const u64 end = taken_ + queue_.readable();
            for (Right* r = m.rights.front(); r; r = m.rights.next(*r)) r->begin = begin, r->end = end;
            rights_.take(m.rights);
            if (messages_) records_++;
            if (m.sender) m.sender->add_ref();  // the record's
            changed_locked();
            return {};
        }
    }
    arrive(m.rights);
    return Errno::Pipe;
}

static auto from_user(UserAddr from) {
    return
        [from](u8* to, usize offset, usize n) { return net::platform::copy_from_user(to, from + offset, n); };
}

// In parts as large as the room allows. The rights are with the first.
Result<usize> Inbox::put_bytes(Outgoing& m, const WaitPolicy& policy, Instant& deadline) {
    usize done = 0;
    while (done < m.n) {
        Result<usize> part = wait_for_room(m.n - done, false, policy, deadline);
        Result<> added =
            part.ok() ? fill(part.value(), from_user(m.from + done), policy, deadline) : part.error();
        if (added.ok()) added = commit(m);
        if (!added.ok()) return done ? Result<usize>(done) : added.error();
        done += part.value();
    }
    return done;
}

Result<> Inbox::put_message(Outgoing& m, const WaitPolicy& policy, Instant& deadline) {
    const Record record{static_cast<u32>(m.n), m.sender.get()};
    const auto from_record = [&record](u8* to, usize offset, usize n) {
        memcpy(to, reinterpret_cast<const u8*>(&record) + offset, n);
        return Result<>();
    };
    TRY(wait_for_room(sizeof record + m.n, true, policy, deadline));
    TRY(fill(sizeof record, from_record, policy, deadline));
    TRY(fill(m.n, from_user(m.from), policy, deadline));
    return commit(m);
}

Result<usize> Inbox::put(Outgoing& m, const WaitPolicy& policy) {
    Instant deadline = Instant::never();
    {
        net::platform::Guard guard(lock_);
        const Result<> turn = writing_.take(lock_, no_more_out_, policy, deadline);
        if (!turn.ok()) return turn.error() == Errno::BadF ? Errno::Pipe : turn.error();
        filling_ = true;
    }
    Result<usize> sent = m.n;
    if (!messages_) {
        sent = put_bytes(m, policy, deadline);
    } else if (const Result<> put = put_message(m, policy, deadline); !put.ok()) {
        sent = put.error();
    }
    net::platform::Guard guard(lock_);
    filling_ = false;
    queue_.undo();  // what was filled and not committed
    settle_locked();
    writing_.give();
    return sent;
}

}  // namespace ipc
