#include "net/channel/ring_poll.h"

#include "net/channel/channel.h"

namespace net {

// --- places ---

RingPoll::Place* RingPoll::find_locked(const Channel* c) {
    for (Place& p : places_) {
        if (p.channel == c) return &p;
    }
    return nullptr;
}

void RingPoll::empty_locked(Place& p) {
    p.channel->set_polled(false);
    p = {};
    count_.store(count_.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
}

// The channel that had the place, if somebody has attended to it.
Ref<Channel> RingPoll::enter(Channel& c) {
    platform::Guard guard(lock_);
    if (find_locked(&c)) return {};
    Place* p = find_locked(nullptr);
    Ref<Channel> attended;
    if (!p) {
        p = &places_[next_++ % kMost];
        if (p->attendant != Attendant::Nobody) attended = Ref<Channel>(p->channel);
        empty_locked(*p);
    }
    p->channel = &c;
    c.set_polled(true);
    count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return attended;
}

void RingPoll::add(Channel& c) {
    if (const Ref<Channel> attended = enter(c)) attended->take_over();
}

void RingPoll::remove(Channel& c) {
    platform::Guard guard(lock_);
    if (Place* p = find_locked(&c)) empty_locked(*p);
}

// --- the idle hart ---

// A program that runs on no hart posts nothing.
void RingPoll::begin() {
    if (count_.load(std::memory_order_relaxed) == 0 || !platform::other_harts_run()) return;
    platform::Guard guard(lock_);
    u32 attended = 0;
    for (Place& p : places_) {
        if (!p.channel || p.attendant != Attendant::Nobody) continue;
        p.attendant = Attendant::Hart;
        p.channel->attend();
        attended++;
    }
    attended_.store(attended, std::memory_order_relaxed);
}

bool RingPoll::look() {
    if (attended_.load(std::memory_order_relaxed) == 0) return false;
    platform::Guard guard(lock_);
    bool found = false;
    for (Place& p : places_) {
        if (p.attendant != Attendant::Hart || !p.channel->has_news()) continue;
        wake_thread_locked(p);
        found = true;
    }
    return found;
}

void RingPoll::end() {
    if (attended_.load(std::memory_order_relaxed) == 0) return;
    platform::Guard guard(lock_);
    attended_.store(0, std::memory_order_relaxed);
    for (Place& p : places_) {
        if (p.attendant != Attendant::Hart) continue;
        if (p.channel->rest())
            p.attendant = Attendant::Nobody;
        else
            wake_thread_locked(p);
    }
}

// --- the thread ---

void RingPoll::wake_thread_locked(Place& p) {
    p.attendant = Attendant::Thread;
    work_ = true;
    waiting_.wake_one();
}

// Usually this is in the thread of a card, and the thread here runs next, on the same hart.
void RingPoll::expect(Channel& c) {
    if (!platform::other_harts_run()) return;
    platform::Guard guard(lock_);
    Place* p = find_locked(&c);
    if (!p || p->attendant == Attendant::Thread) return;
    c.attend();
    wake_thread_locked(*p);
}

void RingPoll::wait_for_work() {
    platform::Guard guard(lock_);
    while (!work_ && waiting_.wait(lock_).ok()) {
    }
    work_ = false;
}

// From here on the thread attends for itself: take_over rests in any case.
Ref<Channel> RingPoll::to_serve(Place& p) {
    platform::Guard guard(lock_);
    if (p.attendant != Attendant::Thread) return {};
    p.attendant = Attendant::Nobody;
    return Ref<Channel>(p.channel);
}

void RingPoll::served(Place& p, const Channel& c, bool found) {
    platform::Guard guard(lock_);
    if (p.channel != &c) return;
    p.found_nothing = found ? 0 : p.found_nothing + 1;
    const bool useless = p.found_nothing >= kPatience && p.attendant == Attendant::Nobody;
    if (useless || c.is_shut()) empty_locked(p);
}

// A program needs a moment to answer a frame. Without this wait, the thread would often rest just before.
void RingPoll::wait_for_answer(const Channel& c) {
    for (u32 looks = 0; looks < kLooks && !c.has_news(); looks++) {
    }
}

void RingPoll::serve() {
    wait_for_work();
    for (Place& p : places_) {
        const Ref<Channel> c = to_serve(p);
        if (!c) continue;
        wait_for_answer(*c);
        served(p, *c, c->take_over());
    }
}

}  // namespace net
