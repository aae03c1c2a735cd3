// The virtio-net driver: negotiation, interrupts and locks. net_rx.h and net_tx.h have the queues.
#include "dev/virtio/net.h"

#include "lib/log.h"
#include "lib/random.h"
#include "lib/string.h"
#include "proc/sched.h"

namespace dev {
namespace {

using namespace virtio_net;

constexpr u32 kRxBatch = 32;  // maximum buffers per call of the network stack

constinit VirtioNet virtio_nets[kMaxNics]{};

}  // namespace

Nic* virtio_net_probe(unsigned index) {
    const std::optional<VirtioMmio> transport = VirtioMmio::find(VirtioId::Net, index);
    if (!transport || index >= kMaxNics) return nullptr;
    virtio_nets[index].set_transport(*transport);
    return &virtio_nets[index];
}

// --- initialisation ---

Result<> VirtioNet::start() {
    const Result<> done = set_up();
    if (!done.ok()) {
        if (transport_.stop()) release();
        return done;
    }
    read_mac();
    transport_.start();
    transport_.notify(kReceiveQueue, rx_.queue());
    watch(rx_.watch());
    set_link(read_link());
    log("%s: virtio-net %s, irq %u, features %#lx, link %s", name(), net::format_addr(mac_).text,
        transport_.irq(), features_, link_up() ? "up" : "down");
    return {};
}

Result<> VirtioNet::set_up() {
    features_ = TRY(transport_.negotiate(choose_features));
    TRY(transport_.add_queue(kReceiveQueue, rx_.queue()));
    TRY(rx_.fill(features_ & kMrgRxbuf, features_ & kGuestCsum));
    Guard guard(tx_lock_);
    TRY(transport_.add_queue(kTransmitQueue, tx_.queue()));
    most_ranges_ = tx_.most_ranges();
    u32 can = kGather;
    if (features_ & kCsum) can |= kTcpChecksum;
    if (features_ & kHostTso4) can |= kTcpSegments;
    set_features(can);
    return {};
}

// Without an address of its own, the device lets the driver choose: locally administered, unicast.
void VirtioNet::read_mac() {
    if (features_ & kMac) {
        const auto bytes = transport_.config_bytes<sizeof mac_.bytes>(kConfigMac);
        memcpy(mac_.bytes, bytes.data(), sizeof mac_.bytes);
        return;
    }
    const u64 random = random_u64();
    memcpy(mac_.bytes, &random, sizeof mac_.bytes);
    mac_.bytes[0] = static_cast<u8>((mac_.bytes[0] & 0xfc) | 2);
}

// Frames received before are not forgotten: the thread looks once.
void VirtioNet::enable_interrupts() {
    transport_.on_interrupt([](void* self) { static_cast<VirtioNet*>(self)->on_interrupt(); }, this);
    wake(kReceived);
}

// --- interrupts and receiving ---

void VirtioNet::on_interrupt() {
    const u32 causes = transport_.take_interrupt();
    if (!causes) return;
    u32 events = 0;
    if (causes & VirtioMmio::kUsedBuffers) events |= kReceived | kSent;
    if (causes & VirtioMmio::kConfigChanged) events |= kChanged;
    note(events);
}

// While this runs, the device does not interrupt (VirtQueue::enable_interrupts).
bool VirtioNet::receive() {
    if (stopped_.load()) return false;
    net::MbufQueue batch;
    const u32 taken = rx_.take(batch, kRxBatch);
    if (taken > 0) {
        transport_.notify(kReceiveQueue, rx_.queue());
        net::net_rx_all(*this, batch);
    }
    watch(rx_.watch());
    if (rx_.queue().fault()) [[unlikely]]
        wake(kChanged);
    return taken >= kRxBatch || !rx_.queue().enable_interrupts();
}

// --- the link, and devices that are stopped ---

bool VirtioNet::read_link() {
    if (stopped_.load()) return false;
    if (const char* why = fault()) {
        give_up(why);
        return false;
    }
    return !(features_ & kStatus) || transport_.config16(kConfigStatus) & kLinkUp;
}

const char* VirtioNet::fault() const {
    if (transport_.needs_reset()) return "the device reports an error";
    if (const char* why = rx_.queue().fault()) return why;
    Guard guard(tx_lock_);
    return tx_.queue().fault();
}

void VirtioNet::give_up(const char* why) {
    log("%s: stopped: %s", name(), why);
    watch_nothing();
    set_link(false);
    stopped_.store(1);
    if (transport_.stop()) return release();
    log("%s: the device does not stop, so its mbufs are lost", name());
}

void VirtioNet::release() {
    rx_.release();
    Guard guard(tx_lock_);
    tx_.release();
}

// --- sending ---

// Passes a frame to the device. kSimple: it is_simple(), so the copy of this function for nearly all frames
// asks no more.
//
// The doorbell is rung without the lock: QEMU may send meanwhile. It has no value that could be out of date;
// the device looks at the queue's index. If another hart adds a frame before this one rings, must_notify()
// tells it that the device is going to look.
template <bool kSimple>
[[gnu::always_inline]] inline Result<> VirtioNet::pass(net::MbufPtr& frame) {
    {
        Guard guard(tx_lock_);
        tx_.reclaim_if_half_full();
        if (kSimple ? tx_.push_simple(frame) : tx_.push(frame)) [[likely]] {
            if (!tx_.queue().must_notify()) return {};
            guard.release();
            transport_.ring(kTransmitQueue);
            return {};
        }
        if (!tx_.queue().fault()) return no_room_locked();
    }
    wake(kChanged);  // the thread stops a broken device
    return refuse(frame, Errno::NetDown);
}

Result<> VirtioNet::transmit(net::MbufPtr& frame) {
    if (link_up() && fits_wire(*frame)) [[likely]]
        return pass<true>(frame);
    const Result<> fit = link_up() ? make_fit_for_wire(*frame, most_ranges_) : Errno::NetDown;
    return fit.ok() ? pass<false>(frame) : refuse(frame, fit.error());
}

// The device reports sent frames only while the queue is full, and then not each: when half of them are sent.
// On a broken queue nobody waits.
bool VirtioNet::reclaim_locked() {
    tx_.reclaim();
    VirtQueue& queue = tx_.queue();
    while (tx_.full() && !queue.fault() && !queue.enable_interrupts(queue.in_flight() / 2)) tx_.reclaim();
    return !tx_.full() || queue.fault();
}

// --- statistics ---

void VirtioNet::add_counters(net::NetDeviceCounters& c) const {
    const VirtioRx::Counters& rx = rx_.counters();
    c.rx_packets = rx.packets;
    c.rx_bytes = rx.bytes;
    c.rx_no_mbuf = rx.no_mbuf;
    c.rx_bad = rx.bad;
    Guard guard(tx_lock_);
    c.tx_packets = tx_.counters().packets;
    c.tx_bytes = tx_.counters().bytes;
}

u32 VirtioNet::mbufs_held() const {
    Guard guard(tx_lock_);
    return rx_.mbufs_held() + tx_.mbufs_held();
}

}  // namespace dev
