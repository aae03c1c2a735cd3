// Channels: receiving, poll, flows and the end. transmit.cc has the other direction.
#include "net/channel/channel.h"

#include "net/channel/channels.h"
#include "net/proto/inet.h"

namespace net {
namespace {

constexpr Duration kSoon = milliseconds(1);          // between looks at a device that has frames of ours
constexpr Duration kAfterClose = milliseconds(100);  // the same, when only the pages wait for it

}  // namespace

Channel::Channel(Channels& home, Interface& interface, Ref<ChannelMemory> memory, u64 id, bool raw)
    : home_(home),
      interface_(interface),
      memory_(std::move(memory)),
      id_(id),
      raw_(raw),
      intake_(*memory_),
      check_(interface, flows_),
      receive_(*memory_),
      outlet_(*memory_, frames_) {}

void Channel::last_ref_gone() {
    frames_.close();
    home_.free(*this);
}

// --- receiving ---

void Channel::take(const Mbuf& frame, bool verified) {
    if (shut_.load(std::memory_order_relaxed)) return;
    if (put(frame, verified) && polled_.load(std::memory_order_relaxed)) home_.ring_poll().expect(*this);
}

// True: the program waits for the frame, and not in poll(). So it runs, and may answer at once.
bool Channel::put(const Mbuf& frame, bool verified) {
    const usize length = frame.is_scattered() ? frame.chain_length() : frame.length();
    platform::Guard guard(ring_lock_);
    const bool may_wait = receive_.all_reaped();
    switch (receive_.put(frame, length, verified ? u16{CHANNEL_CHECKSUM} : u16{0})) {
        case ReceiveRing::Outcome::Received:
            received_.received++;
            received_.received_bytes += length;
            if (!may_wait) return false;
            if (pollers_.empty()) return true;
            pollers_.wake_all();
            return false;
        case ReceiveRing::Outcome::NoBuffer: received_.no_buffer++; return false;
        case ReceiveRing::Outcome::Lie: shut_locked(); return false;
    }
    return false;
}

// --- poll ---

u32 Channel::events_locked() {
    if (shut_.load()) return POLLERR;
    const auto received = receive_.unreaped(), sent = outlet_.unreaped();
    if (!received || !sent) {
        shut_locked();
        return POLLERR;
    }
    u32 events = 0;
    if (*received > 0) events |= POLLIN | POLLRDNORM;
    if (*sent > 0 || unfinished_.load() == 0) events |= POLLOUT | POLLWRNORM;
    return events;
}

// The watch is added before the last look, so no change is missed.
u32 Channel::poll(PollEntry* watch) {
    send_posted(Sender::Poll);
    platform::Guard guard(ring_lock_);
    pollers_.add(watch);
    return events_locked();
}

void Channel::unwatch(PollEntry& watch) {
    platform::Guard guard(ring_lock_);
    PollList::remove(watch);
}

void Channel::frame_done(SentFrame& frame) {
    platform::Guard guard(ring_lock_);
    unfinished_.fetch_sub(1);
    outlet_.finish(frame);
    if (outlet_.complete()) pollers_.wake_all();
}

// --- the end ---

// The flows are released by the timer, because locks of others may be held here.
void Channel::shut_locked() {
    if (shut_.exchange(1)) return;
    interface_.inet().bump(Stat::channel_shut);
    pollers_.wake_all();
    arm_locked({});
}

void Channel::shut() {
    platform::Guard guard(ring_lock_);
    shut_locked();
}

void Channel::close() {
    home_.remove(*this);
    home_.ring_poll().remove(*this);
    bool cancelled = false;
    {
        platform::Guard guard(ring_lock_);
        shut_.store(1);
        closed_ = true;
        cancelled = armed_ && timer_.cancel();
        if (cancelled) armed_ = false;
    }
    if (cancelled) drop_ref();  // the timer's; the caller has another one
    drop_held();
    release_flows();
    if (unfinished_.load()) interface_.device().reclaim();
    if (unfinished_.load()) arm(kSoon);
}

// --- the timer: looks at the device as long as it has frames of ours ---

void Channel::arm_locked(Duration delay) {
    if (armed_) return;
    armed_ = true;
    add_ref();
    timer_.set(platform::now() + delay);
}

void Channel::arm(Duration delay) {
    platform::Guard guard(ring_lock_);
    arm_locked(delay);
}

void Channel::on_timer(void* self) {
    auto& c = *static_cast<Channel*>(self);
    {
        platform::Guard guard(c.ring_lock_);
        c.armed_ = false;
    }
    c.run();
    c.drop_ref();
}

void Channel::run() {
    if (shut_.load()) {
        drop_held();
        release_flows();
        interface_.device().reclaim();
    } else {
        send_posted(Sender::Timer);
    }
    if (unfinished_.load() == 0) return;
    platform::Guard guard(ring_lock_);
    arm_locked(closed_ ? kAfterClose : kSoon);
}

// --- flows ---

Result<> Channel::claim(EndpointKey& key) {
    if (key.protocol != IpProtocol::Udp && key.protocol != IpProtocol::Tcp) return Errno::Inval;
    if (key.remote.is_any() != (key.remote_port == 0)) return Errno::Inval;
    if (!key.local.is_any() && key.local != interface_.addr()) return Errno::AddrNotAvail;
    if (!key.remote.is_any()) key.local = interface_.addr();
    Ref<ChannelFlow> flow(home_.new_flow(*this));
    if (!flow) return Errno::NoMem;
    platform::Guard guard(lock_);
    if (shut_.load()) return Errno::Shutdown;
    if (flows_.has(key)) return Errno::Exist;
    if (flows_.count() == kMostFlows) return Errno::NoSpc;
    TRY(flow->open(interface_.inet(), key));
    key = flow->key();
    flows_.add(std::move(flow));
    return {};
}

Result<> Channel::release(const EndpointKey& key) {
    Ref<ChannelFlow> found;
    {
        platform::Guard guard(lock_);
        found = flows_.take(key);
    }
    if (found) {
        found->close(interface_.inet());
        return {};
    }
    const Ref<Endpoint> other = interface_.inet().endpoints().find(key);
    return other && other->flow_interface() && other->key() == key ? Errno::Perm : Errno::NoEnt;
}

void Channel::release_flows() {
    for (;;) {
        Ref<ChannelFlow> flow;
        {
            platform::Guard guard(lock_);
            flow = flows_.take_any();
        }
        if (!flow) return;
        flow->close(interface_.inet());
    }
}

std::optional<EndpointKey> Channel::flow(usize index) {
    platform::Guard guard(lock_);
    const ChannelFlow* f = flows_.at(index);
    return f ? std::optional(f->key()) : std::nullopt;
}

Channel::State Channel::state() {
    State s{};
    {
        platform::Guard guard(lock_);
        s.counters = sent_;
        s.flows = flows_.count();
        s.transmit_posted = intake_.posted();
    }
    platform::Guard guard(ring_lock_);
    s.counters.received = received_.received;
    s.counters.received_bytes = received_.received_bytes;
    s.counters.no_buffer = received_.no_buffer;
    s.receive_posted = receive_.posted();
    s.shut = shut_.load();
    return s;
}

}  // namespace net
