// Listener: what the listeners of all protocols with connections share: a bounded queue of connections that
// wait for accept(), and the configuration of new connections.
#pragma once

#include "abi/poll.h"
#include "abi/socket.h"
#include "lib/list.h"
#include "lib/poll.h"
#include "lib/ref.h"
#include "net/core/turn.h"

namespace net {

// - Thread context. The lock order is: connection, then listener.
// - The queue holds a reference to each connection. Tag: of the connection's ListNode for it.
template <class Connection, class Config, class Tag = void>
class Listener : public RefCounted {
  public:
    static constexpr u32 kMaxBacklog = SOMAXCONN;  // as in Linux

    void set_backlog(int backlog) EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        const u32 wanted = backlog < 1 ? 1 : static_cast<u32>(backlog);
        backlog_ = wanted < kMaxBacklog ? wanted : kMaxBacklog;
    }

    // The configuration of new connections.
    void set_config(const Config& config) EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        config_ = config;
    }
    Config config() EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        return config_;
    }

    // Takes the oldest connection from the queue; may wait for one. Errors: Again (the policy does not allow
    // waiting), BadF (closed), Intr, the policy's timeout error.
    Result<Ref<Connection>> accept(const WaitPolicy& policy) EXCLUDES(lock_) {
        Instant deadline = Instant::never();
        platform::Guard guard(lock_);
        for (;;) {
            if (closed_) return Errno::BadF;
            if (Ref<Connection> c = take_ready_locked()) return c;
            TRY(accepting_.wait(lock_, policy, deadline));
        }
    }

    // Makes c, which accept() has returned, the oldest connection again: there is no memory for its socket.
    // False: the listener is closed.
    bool put_back(Connection& c) EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        if (closed_) return false;
        c.add_ref();
        ready_.push_front(c);
        ready_count_++;
        changed_locked();
        return true;
    }

    u32 poll(PollEntry* watch) EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        pollers_.add(watch);
        return ready_.empty() ? 0 : POLLIN | POLLRDNORM;
    }
    void unwatch(PollEntry& watch) EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        PollList::remove(watch);
    }

    // For netstat: the length of the queue, and its limit.
    u32 waiting() EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        return ready_count_;
    }
    u32 backlog() EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        return backlog_;
    }

  protected:
    Listener(const char* lock_name, const Config& config)
        : lock_(LockRank::Listener, lock_name), config_(config) {}
    ~Listener() = default;

    // Appends c. The queue takes over a reference of the caller.
    void add_ready_locked(Connection& c) REQUIRES(lock_) {
        ready_.push_back(c);
        ready_count_++;
        changed_locked();
    }
    // Null: the queue is empty.
    Ref<Connection> take_ready_locked() REQUIRES(lock_) {
        Connection* c = ready_.pop_front();
        if (!c) return {};
        ready_count_--;
        Ref<Connection> taken(c);
        c->drop_ref();  // the queue's
        return taken;
    }
    // From now on accept() returns BadF. The caller then ends the connections in the queue.
    void close_locked() REQUIRES(lock_) {
        closed_ = true;
        changed_locked();
    }

    platform::Lock lock_;
    List<Connection, Tag> ready_ GUARDED_BY(lock_);
    u32 ready_count_ GUARDED_BY(lock_) = 0;
    u32 backlog_ GUARDED_BY(lock_) = 1;
    bool closed_ GUARDED_BY(lock_) = false;

  private:
    void changed_locked() REQUIRES(lock_) {
        accepting_.wake();
        pollers_.wake_all();
    }

    Config config_ GUARDED_BY(lock_);
    Turn accepting_ GUARDED_BY(lock_){"accept"};
    PollList pollers_ GUARDED_BY(lock_);
};

}  // namespace net
