// virtio-blk (virtio 1.1, 5.2). A transfer becomes one request for each run of consecutive blocks. The thread
// queues all of them, then sleeps until the interrupt handler finds the last one done.
#include "dev/virtio/blk.h"

#include <utility>

#include "dev/virtio/mmio.h"
#include "lib/log.h"
#include "lib/panic.h"
#include "mm/kalloc.h"
#include "sync/wait_queue.h"

namespace dev {
namespace {

constexpr u64 kFlush = u64{1} << 9;  // VIRTIO_BLK_F_FLUSH: the device has a write cache
constexpr u32 kSectorSize = 512;     // independent of the disk's block size
constexpr usize kRunBlocks = 32;     // maximum per request, so that a long transfer leaves room for others
constexpr u32 kRequests = 64;        // at once; they fit into one page
constexpr u16 kLeastQueue = 4;       // a header, a block, a status; sizes are powers of two

enum class RequestType : u32 { In = 0, Out = 1, Flush = 4 };

// One thread's transfer in progress.
struct Transfer {
    u32 unfinished = 0;  // requests not yet done
    bool ok = true;
    WaitQueue done{"disk"};
};

// The device reads `type`, `reserved` and `sector` and writes `status`.
struct Request {
    RequestType type;
    u32 reserved;
    u64 sector;
    u8 status;                     // VIRTIO_BLK_S_OK is 0
    Transfer* transfer = nullptr;  // null: this request is free
};
constexpr u32 kHeaderSize = offsetof(Request, status);
static_assert(kHeaderSize == 16 && sizeof(Request) * kRequests <= 4096);

class VirtioBlk final : public BlockDevice {
  public:
    constexpr VirtioBlk() = default;
    Result<> start(const VirtioMmio& transport);

    u32 block_count() const override { return block_count_; }
    Result<> read(std::span<const BlockPart> parts) override { return transfer(RequestType::In, parts); }
    Result<> write(std::span<const BlockPart> parts) override { return transfer(RequestType::Out, parts); }
    Result<> flush() override;

  private:
    Result<> transfer(RequestType type, std::span<const BlockPart> parts);
    usize run_length(std::span<const BlockPart> parts) const;
    void add_locked(Transfer& t, RequestType type, std::span<const BlockPart> run) REQUIRES(lock_);
    Request* take_request_locked(usize descriptors) REQUIRES(lock_);
    Result<> wait_locked(Transfer& t) REQUIRES(lock_);
    void notify_locked() REQUIRES(lock_) { transport_.notify(0, queue_); }
    void interrupt();
    void finish_locked(Request& r, bool ok) REQUIRES(lock_);
    void give_up_locked() REQUIRES(lock_);

    VirtioMmio transport_;
    u32 block_count_ = 0;
    usize most_blocks_ = kRunBlocks;  // of a request
    bool has_cache_ = false;

    IrqSpinLock lock_{LockRank::Disk, "disk"};
    WaitQueue room_{"disk queue"};
    u32 waiting_for_room_ GUARDED_BY(lock_) = 0;  // threads
    VirtQueue queue_ GUARDED_BY(lock_);
    bool stopped_ GUARDED_BY(lock_) = false;
    Request* requests_ GUARDED_BY(lock_) = nullptr;  // kRequests, in a page that the device can access
};

constinit VirtioBlk disk;

Result<> VirtioBlk::start(const VirtioMmio& transport) {
    transport_ = transport;
    const u64 features = TRY(transport_.negotiate([](u64 offered) { return offered & kFlush; }));
    has_cache_ = features & kFlush;
    void* page = mm::page_alloc();
    if (!page) return Errno::NoMem;
    {
        IrqGuard g(lock_);
        requests_ = static_cast<Request*>(page);
        for (u32 i = 0; i < kRequests; i++) new (requests_ + i) Request;
        TRY(transport_.add_queue(0, queue_));
        if (queue_.size() < kLeastQueue) return Errno::NoDev;
        if (most_blocks_ > queue_.size() - 2u) most_blocks_ = queue_.size() - 2u;
        queue_.enable_interrupts();
    }
    const u64 blocks = transport_.config64(0) / (kBlockSize / kSectorSize);  // capacity, in sectors
    block_count_ = blocks > ~0u ? ~0u : static_cast<u32>(blocks);
    transport_.on_interrupt([](void* self) { static_cast<VirtioBlk*>(self)->interrupt(); }, this);
    transport_.start();
    return {};
}

Result<> VirtioBlk::flush() {
    if (!has_cache_) return {};
    Transfer t;
    IrqGuard g(lock_);
    add_locked(t, RequestType::Flush, {});
    return wait_locked(t);
}

// The number of parts, from the first, that are consecutive on the disk.
usize VirtioBlk::run_length(std::span<const BlockPart> parts) const {
    usize n = 1;
    while (n < parts.size() && n < most_blocks_ && parts[n].block == parts[n - 1].block + 1) n++;
    return n;
}

Result<> VirtioBlk::transfer(RequestType type, std::span<const BlockPart> parts) {
    for (const BlockPart& part : parts) {
        if (part.block >= block_count_) return Errno::Io;
    }
    Transfer t;
    IrqGuard g(lock_);
    while (!parts.empty()) {
        const usize n = run_length(parts);
        add_locked(t, type, parts.first(n));
        parts = parts.subspan(n);
    }
    return wait_locked(t);
}

// On a stopped disk, the transfer fails.
void VirtioBlk::add_locked(Transfer& t, RequestType type, std::span<const BlockPart> run) {
    Request* free = take_request_locked(run.size() + 2);
    if (!free) {
        t.ok = false;
        return;
    }
    Request& r = *free;
    r.type = type;
    r.reserved = 0;
    r.sector = run.empty() ? 0 : u64{run[0].block} * (kBlockSize / kSectorSize);
    r.status = 0xff;
    r.transfer = &t;
    t.unfinished++;
    VirtSegment chain[kRunBlocks + 2] = {{&r, kHeaderSize}};
    usize n = 1;
    for (const BlockPart& part : run) chain[n++] = {part.data, kBlockSize, type == RequestType::In};
    chain[n++] = {&r.status, 1, true};
    ASSERT(queue_.add(std::span(chain, n), &r));
}

// Waits for a free request and this many descriptors. Notifies the device first, else the wait could not end.
// Null: the disk is stopped.
Request* VirtioBlk::take_request_locked(usize descriptors) {
    while (!queue_.fault()) {
        for (u32 i = 0; i < kRequests && queue_.free_descriptors() >= descriptors; i++) {
            if (!requests_[i].transfer) return &requests_[i];
        }
        notify_locked();
        waiting_for_room_++;
        room_.wait_uninterruptible(lock_);
        waiting_for_room_--;
    }
    return nullptr;
}

Result<> VirtioBlk::wait_locked(Transfer& t) {
    if (!queue_.fault()) notify_locked();
    while (t.unfinished) t.done.wait_uninterruptible(lock_);
    return t.ok ? Result<>() : Result<>(Errno::Io);
}

void VirtioBlk::interrupt() {
    if (!(transport_.take_interrupt() & VirtioMmio::kUsedBuffers)) return;
    IrqGuard g(lock_);
    do {
        while (const auto done = queue_.take()) {
            auto& r = *static_cast<Request*>(done->token);
            finish_locked(r, r.status == 0);
        }
    } while (!queue_.enable_interrupts());
    if (queue_.fault()) give_up_locked();
}

void VirtioBlk::finish_locked(Request& r, bool ok) {
    Transfer& t = *std::exchange(r.transfer, nullptr);
    if (!ok) t.ok = false;
    if (--t.unfinished == 0) t.done.wake_one();
    if (waiting_for_room_) room_.wake_one();
}

// The threads that wait get an error. If the device does not stop, it may still write into their buffers, but
// they cannot wait forever.
void VirtioBlk::give_up_locked() {
    if (stopped_) return;
    stopped_ = true;
    log("virtio disk: stopped: %s", queue_.fault());
    transport_.stop();
    while (void* token = queue_.abandon()) finish_locked(*static_cast<Request*>(token), false);
    room_.wake_all();
}

}  // namespace

BlockDevice* virtio_blk_probe() {
    const std::optional<VirtioMmio> found = VirtioMmio::find(VirtioId::Block);
    if (!found) return nullptr;
    const Result<> started = disk.start(*found);
    if (started.ok()) return &disk;
    log("virtio disk: cannot start: %s", describe(started.error()));
    return nullptr;
}

}  // namespace dev
