// The reader's side of an Inbox, and its state; inbox_put.cc has the senders'.
#include "ipc/inbox.h"

namespace ipc {

using net::WaitPolicy;

constinit net::Pool<LocalName> LocalName::pool{LockRank::ConnectionTable};

Inbox::Inbox(net::Pool<Inbox>& home, net::MbufBudget& pages, bool messages, u32 n)
    : number(n), home_(home), messages_(messages), limit_(0) {
    net::platform::Guard guard(lock_);
    account_.open(pages, 0);
}

void Inbox::set_limit(u32 bytes) {
    net::platform::Guard guard(lock_);
    limit_ = bytes;
    writing_.wake();
}

// Pages that are gone are given back to the budget. A queue that is empty keeps none, unless a thread is at
// work in it.
void Inbox::settle_locked() {
    if (queue_.readable() == 0 && !filling_ && !draining_) queue_.clear();
    account_.give(account_.held() - queue_.pages());
}

// --- reading

// False: nothing more will come.
Result<bool> Inbox::wait_for_bytes(const WaitPolicy& policy, Instant& deadline) {
    net::platform::Guard guard(lock_);
    while (queue_.readable() == 0) {
        if (closed_) return Errno::BadF;
        if (error_ != Errno::None) return std::exchange(error_, Errno::None);
        if (no_more_in_ || no_more_out_) return false;
        TRY(reading_.wait(lock_, policy, deadline));
    }
    draining_ = true;
    return true;
}

// The first descriptor that came with bytes before position `end`.
Right* Inbox::right_before_locked(u64 end) {
    Right* r = rights_.front();
    return r && r->begin < end ? r : nullptr;
}

// How many bytes of the stream one read may return, of n.
usize Inbox::piece_locked(usize n) {
    if (n > queue_.readable()) n = queue_.readable();
    const Right* r = right_before_locked(taken_ + n);
    return r && r->end - taken_ < n ? r->end - taken_ : n;
}

Inbox::Record Inbox::read_record(PageQueue::Cursor& c) {
    Record r;
    for (usize done = 0; done < sizeof r;) {
        const Bytes b = PageQueue::next(c, sizeof r - done);
        __builtin_memcpy(reinterpret_cast<u8*>(&r) + done, b.data(), b.size());
        done += b.size();
    }
    return r;
}

// Copies n bytes to the program, from the cursor on. Returns how many; Fault: none.
static Result<usize> copy_out(PageQueue::Cursor c, UserAddr to, usize n) {
    usize done = 0;
    while (done < n) {
        const Bytes b = PageQueue::next(c, n - done);
        const Result<> copied = net::platform::copy_to_user(to + done, b.data(), b.size());
        if (!copied.ok()) return done ? Result<usize>(done) : copied.error();
        done += b.size();
    }
    return done;
}

// `used` bytes were read, with their record: the queue loses them, and gives what came with them. Peeking
// only copies. NoMem: the descriptors could not be copied.
Result<> Inbox::finish(Received& got, usize used, LocalName* sender, bool peek) {
    Result<> done;
    {
        net::platform::Guard guard(lock_);
        draining_ = false;
        got.sender = Ref<LocalName>(sender);
        const u64 end = taken_ + used;
        if (closed_) {
            discard_locked();
        } else if (peek) {
            for (Right* r = right_before_locked(end); done.ok() && r && r->begin < end; r = rights_.next(*r))
                done = got.rights.add(r->file, r->socket);
        } else {
            while (Right* r = right_before_locked(end)) got.rights.take(*r, rights_);
            if (sender) sender->drop_ref();  // the record's
            if (messages_) records_--;
            const bool was_full = queue_.readable() > limit_ / 2;
            queue_.drop(used);
            taken_ = end;
            got.made_room = was_full && queue_.readable() <= limit_ / 2;
        }
        settle_locked();
        writing_.wake();
    }
    if (!peek) arrive(got.rights);
    return done;
}

Result<Inbox::Received> Inbox::take_part(UserAddr to, usize n, bool peek, const WaitPolicy& policy,
                                         Instant& deadline) {
    Received got;
    const bool more = TRY(wait_for_bytes(policy, deadline));
    if (!more) return got;
    Record record{};
    PageQueue::Cursor from;
    {
        net::platform::Guard guard(lock_);
        from = queue_.begin();
        if (messages_) record = read_record(from);
        got.length = messages_ ? record.length : piece_locked(n);
    }
    if (n > got.length) n = got.length;
    const Result<usize> copied = copy_out(from, to, n);
    const bool failed = !copied.ok() || (messages_ && copied.value() < n);
    got.bytes = failed ? 0 : copied.value();
    const usize whole = messages_ ? sizeof record + record.length : got.bytes;
    TRY(finish(got, failed ? 0 : whole, failed ? nullptr : record.sender, peek || failed));
    if (failed) return Errno::Fault;
    return got;
}

Result<Inbox::Received> Inbox::take(UserAddr to, usize n, Mode mode, const WaitPolicy& policy) {
    if (n == 0 && !messages_) return Received{};
    Instant deadline = Instant::never();
    {
        net::platform::Guard guard(lock_);
        TRY(reading_.take(lock_, closed_, policy, deadline));
    }
    Result<Received> all = take_part(to, n, mode.peek, policy, deadline);
    if (mode.all && !mode.peek && !messages_ && all.ok()) take_rest(all.value(), to, n, policy, deadline);
    net::platform::Guard guard(lock_);
    reading_.give();
    return all;
}

// MSG_WAITALL: more bytes, until there are n, descriptors have come, or something ends the wait.
void Inbox::take_rest(Received& all, UserAddr to, usize n, const WaitPolicy& policy, Instant& deadline) {
    for (bool more = all.bytes > 0; more && all.bytes < n && all.rights.empty();) {
        Result<Received> part = take_part(to + all.bytes, n - all.bytes, false, policy, deadline);
        more = part.ok() && part.value().bytes > 0;
        if (!more) return;
        all.bytes += part.value().bytes;
        all.length = all.bytes;
        all.made_room |= part.value().made_room;
        all.rights.take(part.value().rights);
    }
}

// --- the end

// Drops all that can be read. No thread reads it.
void Inbox::discard_locked() {
    while (messages_ && queue_.readable() > 0) {
        PageQueue::Cursor c = queue_.begin();
        const Record r = read_record(c);
        if (r.sender) r.sender->drop_ref();
        queue_.drop(sizeof r + r.length);
        records_--;
    }
    queue_.drop(queue_.readable());
}

bool Inbox::end_reading(bool close) {
    Rights unread;
    bool some = false;
    {
        net::platform::Guard guard(lock_);
        no_more_out_ = true;
        if (close) {
            some = queue_.readable() > 0;
            closed_ = true;
            unread.take(rights_);
            if (!draining_) discard_locked();
            settle_locked();
        }
        writing_.wake();
        changed_locked();
    }
    arrive(unread);
    return some;
}

void Inbox::end_writing(Errno error) {
    net::platform::Guard guard(lock_);
    no_more_in_ = true;
    if (error != Errno::None) error_ = error;
    writing_.wake();
    changed_locked();
}

// --- state

bool Inbox::is_writable() {
    net::platform::Guard guard(lock_);
    return no_more_out_ || queue_.readable() <= limit_ / 2;
}

bool Inbox::is_shut_for_writing() {
    net::platform::Guard guard(lock_);
    return no_more_in_ || no_more_out_;
}

u32 Inbox::poll(PollEntry* watch) {
    net::platform::Guard guard(lock_);
    pollers_.add(watch);
    const bool ended = no_more_in_ || no_more_out_;
    u32 ready = 0;
    if (queue_.readable() > 0 || ended) ready |= POLLIN | POLLRDNORM;
    if (ended) ready |= POLLRDHUP;
    if (error_ != Errno::None) ready |= POLLERR;
    return ready;
}

void Inbox::unwatch(PollEntry& watch) {
    net::platform::Guard guard(lock_);
    PollList::remove(watch);
}

void Inbox::wake_pollers() {
    net::platform::Guard guard(lock_);
    pollers_.wake_all();
}

Errno Inbox::take_error() {
    net::platform::Guard guard(lock_);
    return std::exchange(error_, Errno::None);
}

// Without the records.
usize Inbox::bytes() {
    net::platform::Guard guard(lock_);
    return queue_.readable() - usize{records_} * sizeof(Record);
}

void Inbox::set_name(Ref<LocalName> name) {
    net::platform::Guard guard(lock_);
    name_ = std::move(name);
}

Ref<LocalName> Inbox::name() {
    net::platform::Guard guard(lock_);
    return name_;
}

}  // namespace ipc
