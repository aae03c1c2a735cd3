#include "dev/nic.h"

#include "dev/e1000.h"
#include "dev/virtio/net.h"
#include "lib/log.h"

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

// --- bringing it up ---

Result<> Nic::start_as(const char* name) {
    set_name(name);
    return start();
}

Result<> Nic::open() {
    TRY(thread_.start(
        name(), [](void* self, u32 events) { return static_cast<Nic*>(self)->handle(events); }, this));
    enable_interrupts();
    return {};
}

// --- the thread ---

bool Nic::handle(u32 events) {
    if (events & kChanged) note_link();
    if (senders_waiting_.load()) wake_senders(events & kChanged);
    return receive();
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
    c.interrupts = thread_.interrupts();
    return c;
}

}  // namespace dev
