// What all network cards have in common, and the registry of those that work.
//
//   receive    interrupt -> note() -> the card's thread: receive() takes mbufs, refills, calls the stack
//   transmit   the sender's thread: transmit() puts the mbuf into the ring, notifies the card, and frees the
//              mbufs that were sent
//
// The interrupt handler only reads the causes and wakes the thread. Only this thread uses the receive ring,
// or in its place the idle thread (dev/rx_thread.h), so the ring needs no lock, and no lock is held when a
// frame goes up the stack. A driver derives from Nic and adds its probe function to the table in nic.cc;
// docs/driver.md shows each step.
#pragma once

#include "dev/rx_thread.h"
#include "net/core/netdev.h"

namespace dev {

// - Public functions: any thread, unless the comment says otherwise.
class Nic : public net::NetDevice {
  public:
    Nic(const Nic&) = delete;
    Nic& operator=(const Nic&) = delete;

    // Called by the registry, once, early in boot: gives the card its name, then initialises the hardware,
    // which may begin to receive into memory. An error: the card does not work, and holds no memory.
    Result<> start_as(const char* name);

    // Creates the card's thread and enables interrupts. Once, after attach(). NoMem: no thread.
    Result<> open();

    bool link_up() const override { return link_up_.load(std::memory_order_relaxed); }
    net::NetDeviceCounters counters() const override;
    Result<> wait_for_room() override;
    void reclaim() override;

    // The number of mbufs in both rings. The receive ring always holds the same number.
    virtual u32 mbufs_held() const = 0;

  protected:
    constexpr explicit Nic(u32 features = 0) : NetDevice("", features) {}

    // --- what each driver implements ---

    // Finds out what the card can do and sets up its rings. Boot.
    virtual Result<> start() = 0;
    // Registers the interrupt handler and enables interrupts. Boot.
    virtual void enable_interrupts() = 0;
    // Passes a batch of received frames to the stack and sets the watch. True: there may be more. The card's
    // thread or the idle thread, only one at a time, no lock held.
    virtual bool receive() = 0;
    // The state of the link, from the hardware. The card's thread, or start().
    virtual bool read_link() = 0;
    // Adds the counters of the rings.
    virtual void add_counters(net::NetDeviceCounters& c) const = 0;
    // Frees the frames that have been sent. True: there is room for a frame. If false, and a sender waits,
    // the next frame sent must cause an interrupt.
    virtual bool reclaim_locked() REQUIRES(tx_lock_) = 0;
    // A sender begins to wait for room, or the last one has stopped. For hardware that reports every sent
    // frame while an interrupt is enabled.
    virtual void report_sent(bool) REQUIRES(tx_lock_) {}

    // --- what each driver uses ---

    // In the interrupt handler: passes events to the thread (RxEvent).
    void note(u32 events) { thread_.note(senders_waiting_.load() ? events : events & ~kSent); }
    // The same from any other context, without counting an interrupt. No NetDevice lock held.
    void wake(u32 events) { thread_.wake(events); }
    // Before receive() returns, and at the start: where the card reports the next frame.
    void watch(const RxWatch& where) { thread_.watch(where); }
    void watch_nothing() { thread_.watch_nothing(); }
    void set_link(bool up) { link_up_.store(up, std::memory_order_relaxed); }
    // For transmit(). Counts a frame for which the ring has no room; the caller keeps it.
    Errno no_room_locked() REQUIRES(tx_lock_);
    // Frees a frame that cannot be sent, and counts it.
    Errno refuse(net::MbufPtr& frame, Errno why) EXCLUDES(tx_lock_);

    mutable SpinLock tx_lock_{LockRank::NetDevice, "nic transmit"};

  private:
    bool handle(u32 events);
    void note_link();
    void wake_senders(bool all);

    RxThread thread_{"nic"};
    std::atomic<u32> link_up_{0};

    u64 tx_ring_full_ GUARDED_BY(tx_lock_) = 0;
    u64 tx_bad_ GUARDED_BY(tx_lock_) = 0;
    WaitQueue room_{"nic ring"};
    std::atomic<u32> senders_waiting_{0};  // written only with tx_lock_ held
};

inline constexpr unsigned kMaxNics = 4;

// Finds and starts the cards, at most kMaxNics of any kinds: they become eth0, eth1 and so on, in the order
// of the table in nic.cc and of their place on the bus. To be called once, early in boot, because QEMU's
// E1000 receives nothing in the first second afterwards. Then call attach and open for each.
void nic_init_all();

// The cards that were started.
std::span<Nic* const> nics();

}  // namespace dev
