#include "ipc/in_flight.h"

#include "ipc/local_socket.h"
#include "ipc/process.h"

namespace ipc {
namespace {

using Mark = Traveller::Mark;

class Collector {
  public:
    Result<> depart(Rights& rights, u32 held) {
        const u32 n = rights.count();
        const int sender = caller_pid();
        net::platform::Guard guard(lock_);
        const u32 left = kMostInFlight - total_;
        if (held + n > kMostInFlightOfOne || count_of_locked(sender) + n > left) return Errno::TooManyRefs;
        total_ += n;
        for (Right* r = rights.front(); r; r = rights.next(*r)) depart_locked(*r, sender);
        return {};
    }

    void arrive(Rights& rights) {
        net::platform::Guard guard(lock_);
        arrive_locked(rights);
    }

    // What is garbage, no longer in flight.
    Rights collect() {
        Rights garbage;
        net::platform::Guard guard(lock_);
        suspect_locked();
        clear_reachable_locked();
        for (Traveller& t : travellers_) {
            if (t.mark == Mark::Suspect) socket_of(t).take_rights(garbage);
        }
        arrive_locked(garbage);
        return garbage;
    }

    u32 total() {
        net::platform::Guard guard(lock_);
        return total_;
    }

  private:
    static LocalSocket& socket_of(Traveller& t) { return static_cast<LocalSocket&>(t); }

    u16& count_of_locked(int sender) REQUIRES(lock_) {
        return of_sender_[static_cast<u32>(sender) % kSenders];
    }

    void depart_locked(Right& r, int sender) REQUIRES(lock_) {
        r.sender = sender;
        count_of_locked(sender)++;
        if (!r.socket) return;
        Traveller& t = *r.socket;
        if (t.in_flight++ > 0) return;
        t.file = r.file.get();
        t.file->watch();
        travellers_.push_back(t);
    }

    void arrive_locked(Rights& rights) REQUIRES(lock_) {
        total_ -= rights.count();
        for (Right* r = rights.front(); r; r = rights.next(*r)) {
            count_of_locked(r->sender)--;
            if (!r->socket) continue;
            Traveller& t = *r->socket;
            if (--t.in_flight > 0) continue;
            t.file->unwatch();
            t.unlink();
        }
    }

    // Marks the sockets to whose files all references are in flight. Nobody else can change that now: a
    // reference that is in no queue just now (a thread sends or receives it) counts as one from elsewhere.
    void suspect_locked() REQUIRES(lock_) {
        for (Traveller& t : travellers_) {
            t.mark = t.file->ref_count() == t.in_flight ? Mark::Suspect : Mark::Reachable;
            t.from_elsewhere = t.in_flight;
        }
        for (Traveller& t : travellers_) {
            if (t.mark != Mark::Suspect) continue;
            socket_of(t).for_each_right([](Right& r) {
                if (r.socket) r.socket->from_elsewhere--;
            });
        }
    }

    // Clears the mark of the sockets that are reachable, and of all that are reachable from them. The list is
    // in two parts: first those whose queues were looked at, then the others. Both are in travellers_.
    void clear_reachable_locked() REQUIRES(lock_) {
        List<Traveller> found;
        for (Traveller& t : travellers_) {
            if (t.mark == Mark::Suspect && t.from_elsewhere > 0) clear(t, found);
        }
        while (Traveller* t = found.pop_front()) {
            travellers_.push_back(*t);
            socket_of(*t).for_each_right([&](Right& r) {
                if (r.socket && r.socket->mark == Mark::Suspect) clear(*r.socket, found);
            });
        }
    }

    static void clear(Traveller& t, List<Traveller>& found) {
        t.mark = Mark::Reachable;
        t.unlink();
        found.push_back(t);
    }

    // Senders are counted by pid; two in one place share one's share. Pids are given out in turn, and there
    // are never so many processes.
    static constexpr u32 kSenders = 1024;

    net::platform::Lock lock_{LockRank::InFlight, "descriptors in flight"};
    List<Traveller> travellers_ GUARDED_BY(lock_);
    u32 total_ GUARDED_BY(lock_) = 0;
    u16 of_sender_[kSenders] GUARDED_BY(lock_) = {};
};

constinit Collector collector;

}  // namespace

Result<> depart(Rights& rights, u32 held) {
    return rights.empty() ? Result<>() : collector.depart(rights, held);
}
void arrive(Rights& rights) {
    if (!rights.empty()) collector.arrive(rights);
}
void collect_garbage() {
    Rights garbage = collector.collect();
    release(garbage);
}
u32 descriptors_in_flight() { return collector.total(); }

}  // namespace ipc
