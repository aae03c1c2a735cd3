// The driver of the virtio socket device: registers, interrupts and locks. vsock_queues.h has the queues.
//
//   receive    interrupt -> the device's thread: takes mbufs, refills the queue, calls the stack
//   transmit   the sender's thread: puts the mbufs into the queue, notifies the device, frees sent packets
//   events     interrupt -> the thread: the host has lost all connections (a transport reset)
#include "dev/virtio/vsock.h"

#include "dev/rx_thread.h"
#include "dev/virtio/mmio.h"
#include "dev/virtio/vsock_queues.h"
#include "lib/log.h"
#include "mm/kalloc.h"
#include "proc/clock.h"
#include "proc/sched.h"
#include "proc/timer.h"

namespace dev {
namespace {

constexpr u64 kStream = u64{1} << 0;     // VIRTIO_VSOCK_F_STREAM
constexpr u64 kSeqPacket = u64{1} << 1;  // VIRTIO_VSOCK_F_SEQPACKET
enum Queue : u32 { kRx = 0, kTx = 1, kEvents = 2 };

constexpr usize kRxBatch = 32;                // maximum packets per call of the stack
constexpr u16 kEventBuffers = 8;              // a reset is the only event, so more could not tell more
constexpr Duration kRetry = milliseconds(5);  // of receiving, without mbufs

class VirtioVsock final : public net::VsockDevice {
  public:
    constexpr VirtioVsock() : VsockDevice("vsock0") {}
    Result<> start(const VirtioMmio& transport);
    Result<> open();

    u32 cid() const override { return cid_.load(std::memory_order_relaxed); }
    bool has_seqpacket() const override { return has_seqpacket_; }
    net::VsockDeviceCounters counters() const override;
    Result<> transmit(net::MbufPtr& packet) override;
    u32 mbufs_held() override;

  private:
    Result<> set_up();
    Result<> set_up_queues();
    Result<> push(net::MbufPtr& packet) EXCLUDES(tx_lock_);
    void release();
    void read_cid() { cid_ = static_cast<u32>(transport_.config64(0)); }
    void on_interrupt();
    bool handle(u32 events);
    bool receive();
    void give_event(u32 i);
    bool take_events();
    void finish_sending();
    const char* fault(bool ask_device) const;
    void give_up(const char* why);

    VirtioMmio transport_;
    std::atomic<u32> cid_{0};
    bool has_seqpacket_ = false;
    std::atomic<u32> is_stopped_{0};

    RxThread thread_{"vsock"};
    Timer retry_{[](void* self) { static_cast<VirtioVsock*>(self)->thread_.wake(kReceived); }, this};

    // Used only by the thread.
    VsockRxQueue rx_;
    VirtQueue events_;
    le32* event_room_ = nullptr;  // kEventBuffers

    mutable SpinLock tx_lock_{LockRank::NetDevice, "vsock transmit"};
    VsockTxQueue tx_ GUARDED_BY(tx_lock_);
    std::atomic<u32> senders_wait_{0};  // written only with tx_lock_ held
};

constinit VirtioVsock vsock;

// --- initialisation ---

Result<> VirtioVsock::start(const VirtioMmio& transport) {
    transport_ = transport;
    const Result<> done = set_up();
    if (!done.ok()) {
        if (transport_.stop()) release();
        return done;
    }
    log("%s: CID %u, irq %u", name(), cid(), transport_.irq());
    return {};
}

Result<> VirtioVsock::set_up() {
    const u64 features =
        TRY(transport_.negotiate([](u64 offered) { return offered & (kStream | kSeqPacket); }));
    has_seqpacket_ = features & kSeqPacket;
    TRY(set_up_queues());
    read_cid();
    return {};
}

Result<> VirtioVsock::set_up_queues() {
    TRY(transport_.add_queue(kRx, rx_.queue()));
    {
        Guard guard(tx_lock_);
        TRY(transport_.add_queue(kTx, tx_.queue()));
        if (tx_.max_payload() == 0) return Errno::NoDev;
        set_max_payload(tx_.max_payload());
    }
    TRY(transport_.add_queue(kEvents, events_, kEventBuffers));
    event_room_ = static_cast<le32*>(mm::page_alloc_zeroed());
    if (!event_room_) return Errno::NoMem;
    for (u32 i = 0; i < events_.size(); i++) give_event(i);
    return rx_.fill();
}

Result<> VirtioVsock::open() {
    thread_.watch(rx_.queue().watch());
    auto handler = [](void* self, u32 events) { return static_cast<VirtioVsock*>(self)->handle(events); };
    TRY(thread_.start(name(), handler, this));
    transport_.on_interrupt([](void* self) { static_cast<VirtioVsock*>(self)->on_interrupt(); }, this);
    transport_.start();
    rx_.queue().enable_interrupts();
    events_.enable_interrupts();
    transport_.notify(kRx, rx_.queue());
    transport_.notify(kEvents, events_);
    return {};
}

// --- interrupts and the thread ---

// One interrupt line for all queues, so all are looked at.
void VirtioVsock::on_interrupt() {
    const u32 causes = transport_.take_interrupt();
    if (!causes) return;
    u32 events = kReceived;
    if (senders_wait_.load()) events |= kSent;
    if (causes & VirtioMmio::kConfigChanged || events_.pending()) events |= kChanged;
    thread_.note(events);
}

bool VirtioVsock::handle(u32 events) {
    if (is_stopped_) return false;
    if (events & kChanged && take_events()) {
        read_cid();
        log("%s: the host has reset all connections; CID %u", name(), cid());
        net::vsock_transport_reset(*this);
    }
    finish_sending();
    const bool more = receive();
    const char* why = fault(events & kChanged);
    if (why) give_up(why);
    return more && !why;
}

// A batch. True: there may be more.
bool VirtioVsock::receive() {
    rx_.queue().disable_interrupts();
    bool has_mbufs = true;
    if (rx_.queue().pending()) {
        net::MbufQueue batch;
        has_mbufs = rx_.take(batch, kRxBatch);
        transport_.notify(kRx, rx_.queue());
        net::vsock_rx_all(*this, batch);
    }
    if (has_mbufs) {
        thread_.watch(rx_.queue().watch());
        return rx_.queue().pending() || !rx_.queue().enable_interrupts();
    }
    // What has arrived stays in the queue: an idle hart must not wake the thread for it.
    const u16& used = rx_.queue().used_index();
    thread_.watch({.word = &used, .mask = 0xffff, .quiet = used});
    retry_.set(clock_now() + kRetry);
    return false;
}

void VirtioVsock::give_event(u32 i) {
    events_.add({&event_room_[i], sizeof event_room_[i], true}, &event_room_[i]);
}

// True: the host has reset the transport.
bool VirtioVsock::take_events() {
    constexpr u32 kTransportReset = 0;  // VIRTIO_VSOCK_EVENT_TRANSPORT_RESET
    bool is_reset = false;
    do {
        while (const auto event = events_.take()) {
            auto* id = static_cast<le32*>(event->token);
            if (event->written == sizeof *id && *id == kTransportReset) is_reset = true;
            give_event(static_cast<u32>(id - event_room_));
        }
    } while (!events_.enable_interrupts());
    transport_.notify(kEvents, events_);
    return is_reset;
}

// Wakes the senders when half of the queue is free. Until then, the device interrupts for each packet sent.
void VirtioVsock::finish_sending() {
    if (!senders_wait_.load()) return;
    {
        Guard guard(tx_lock_);
        tx_.reclaim();
        while (!tx_.half_empty()) {
            if (tx_.queue().enable_interrupts()) return;
            tx_.reclaim();
        }
        tx_.queue().disable_interrupts();
        senders_wait_ = 0;
    }
    net::vsock_room_again(*this);
}

// Asking the device costs an access to a register, so it is asked only when it has reported a change.
const char* VirtioVsock::fault(bool ask_device) const {
    if (ask_device && transport_.needs_reset()) return "the device reports an error";
    if (const char* why = rx_.queue().fault()) return why;
    if (const char* why = events_.fault()) return why;
    Guard guard(tx_lock_);
    return tx_.queue().fault();
}

// The queues' memory stays, because other threads may look at them.
void VirtioVsock::give_up(const char* why) {
    log("%s: stopped: %s", name(), why);
    thread_.watch_nothing();
    const bool is_quiet = transport_.stop();
    {
        Guard guard(tx_lock_);
        is_stopped_ = 1;
        tx_.queue().distrust(why);
        if (is_quiet) tx_.abandon();
    }
    if (is_quiet)
        rx_.abandon();
    else
        log("%s: the device does not stop, so its mbufs are lost", name());
    net::vsock_transport_reset(*this);
}

// After a failed start.
void VirtioVsock::release() {
    rx_.abandon();
    rx_.queue().destroy();
    events_.destroy();
    if (event_room_) mm::page_free(event_room_);
    Guard guard(tx_lock_);
    tx_.queue().destroy();
}

// --- sending ---

Result<> VirtioVsock::transmit(net::MbufPtr& packet) {
    const Result<> sent = push(packet);
    // The thread gives a broken device up. Its lock has the rank of tx_lock_, so it is woken here.
    if (sent.error() == Errno::Io) thread_.wake(kReceived);
    return sent;
}

// A broken queue accepts nothing (VirtQueue).
Result<> VirtioVsock::push(net::MbufPtr& packet) {
    Guard guard(tx_lock_);
    if (!is_stopped_) tx_.reclaim();
    while (!tx_.push(packet)) {
        if (is_stopped_ || tx_.queue().fault()) {
            packet.reset();
            return is_stopped_ ? Errno::NoDev : Errno::Io;
        }
        senders_wait_ = 1;
        if (tx_.queue().enable_interrupts()) return Errno::Again;
        tx_.reclaim();
    }
    transport_.notify(kTx, tx_.queue());
    return {};
}

// --- statistics ---

net::VsockDeviceCounters VirtioVsock::counters() const {
    const VsockRxQueue::Counters& rx = rx_.counters();
    Guard guard(tx_lock_);
    const VsockTxQueue::Counters& tx = tx_.counters();
    return {rx.packets, rx.bytes, tx.packets, tx.bytes, rx.no_mbuf, rx.bad, tx.full, thread_.interrupts()};
}

u32 VirtioVsock::mbufs_held() {
    Guard guard(tx_lock_);
    tx_.reclaim();
    return rx_.mbufs_held() + tx_.mbufs_held();
}

}  // namespace

net::VsockDevice* virtio_vsock_probe() {
    const std::optional<VirtioMmio> found = VirtioMmio::find(VirtioId::Vsock);
    if (!found) return nullptr;
    const Result<> started = vsock.start(*found);
    if (started.ok()) return &vsock;
    log("%s: cannot start: %s", vsock.name(), describe(started.error()));
    return nullptr;
}

Result<> virtio_vsock_open() { return vsock.open(); }

}  // namespace dev
