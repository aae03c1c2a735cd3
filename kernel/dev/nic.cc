#include "dev/nic.h"

#include "dev/e1000.h"
#include "dev/virtio/net.h"
#include "lib/log.h"
#include "proc/sched.h"

namespace dev {
namespace {

// The kinds of cards. A probe returns its kind's index-th card, or null if there are no more.
constexpr Nic* (*kProbes[])(unsigned index) = {
    e1000_probe,
    virtio_net_probe,
};

constexpr const char* kNames[kMaxNics] = {"eth0", "eth1", "eth2", "eth3"};
constinit Nic* registered[kMaxNics]{};
constinit unsigned registered_count = 0;

void add(Nic& nic) {
    const char* name = kNames[registered_count];
    if (const Result<> started = nic.start_as(name); started.ok())
        registered[registered_count++] = &nic;
    else
        log("%s: cannot start: %s", name, describe(started.error()));
}

}  // namespace

void nic_init_all() {
    for (auto* probe : kProbes) {
        Nic* nic;
        for (unsigned i = 0; registered_count < kMaxNics && (nic = probe(i)) != nullptr; i++) add(*nic);
    }
}

std::span<Nic* const> nics() { return {registered, registered_count}; }

bool nic_poll() {
    for (Nic* nic : nics()) {
        if (!nic->rx_pending()) continue;
        nic->kick();
        return true;
    }
    return false;
}

// --- bringing it up ---

const RxWatch::Word Nic::kNothing = 0;

Result<> Nic::start_as(const char* name) {
    set_name(name);
    return start();
}

Result<> Nic::open() {
    auto thread = [](void* self) { static_cast<Nic*>(self)->run(); };
    if (!kthread_create(name(), thread, this)) return Errno::NoMem;
    enable_interrupts();
    return {};
}

// --- events and the thread ---

void Nic::note(u32 events) {
    IrqGuard guard(event_lock_);
    interrupts_++;
    if (!worth_waking_for(events)) return;
    events_ |= events;
    events_waiting_.wake_one();
}

// An interrupt often arrives after its frames have been fetched by polling: QEMU's E1000 delays interrupts to
// a spacing of 128 us. While the thread sleeps, the ring does not change, and one load saves two context
// switches. A thread that is awake may have passed its last check of the ring, so it is always notified.
bool Nic::worth_waking_for(u32 events) const {
    if (!asleep_ || events & kLink || rx_pending()) return true;
    return events & kSent && senders_waiting_.load();
}

void Nic::wake(u32 events) {
    IrqGuard guard(event_lock_);
    events_ |= events;
    events_waiting_.wake_one();
}

void Nic::run() {
    for (;;) {
        const u32 events = wait_for_events();
        if (events & kLink) note_link();
        if (senders_waiting_.load()) wake_senders(events & kLink);
        receive();
    }
}

// No event between receive()'s last check of the ring and the sleep is lost: the handler sets events_ with
// the same lock held.
u32 Nic::wait_for_events() {
    IrqGuard guard(event_lock_);
    asleep_ = true;
    while (!events_) events_waiting_.wait_uninterruptible(event_lock_);
    asleep_ = false;
    return std::exchange(events_, 0);
}

void Nic::note_link() {
    const bool up = read_link();
    if (up == link_up()) return;
    set_link(up);
    log("%s: link %s", name(), up ? "up" : "down");
    net::net_link_changed(*this, up);
}

// --- senders ---

void Nic::reclaim() {
    Guard guard(tx_lock_);
    reclaim_locked();
}

// The driver's thread handles the interrupt and takes tx_lock_ to wake senders, so no wakeup is lost between
// the check of the ring and the sleep.
Result<> Nic::wait_for_room() {
    Guard guard(tx_lock_);
    if (senders_waiting_.fetch_add(1) == 0) report_sent(true);
    Result<> woken;
    while (!reclaim_locked() && link_up() && woken.ok()) woken = room_.wait(tx_lock_);
    if (senders_waiting_.fetch_sub(1) == 1) report_sent(false);
    return woken;
}

void Nic::wake_senders(bool all) {
    Guard guard(tx_lock_);
    if (reclaim_locked() || all) room_.wake_all();
}

Errno Nic::no_room_locked() {
    tx_ring_full_++;
    return Errno::Again;
}

Errno Nic::refuse(net::MbufPtr& frame, Errno why) {
    frame.reset();
    Guard guard(tx_lock_);
    tx_bad_++;
    return why;
}

net::NetDeviceCounters Nic::counters() const {
    net::NetDeviceCounters c{};
    add_counters(c);
    {
        Guard guard(tx_lock_);
        c.tx_ring_full += tx_ring_full_;
        c.tx_bad += tx_bad_;
    }
    IrqGuard guard(event_lock_);
    c.interrupts = interrupts_;
    return c;
}

}  // namespace dev
