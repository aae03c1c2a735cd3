// virtio-blk (virtio 1.1, 5.2). A thread puts its request in the queue and sleeps until the interrupt handler
// finds it done; so as many requests are in flight as threads wait for the disk.
#include "dev/virtio/blk.h"

#include "arch/plic.h"
#include "dev/virtio/mmio.h"
#include "lib/log.h"
#include "lib/panic.h"
#include "mm/kalloc.h"
#include "sync/wait_queue.h"

namespace dev {
namespace {

constexpr u64 kFlush = u64{1} << 9;  // VIRTIO_BLK_F_FLUSH: it has a write cache
constexpr u32 kSectorSize = 512;     // whatever the disk's block size is
constexpr u16 kQueueSize = 128;
constexpr u32 kRequests = kQueueSize / 3;  // header, data, status: a descriptor each

enum class RequestType : u32 { In = 0, Out = 1, Flush = 4 };

// The device reads `type` to `sector` and writes `status`.
struct Request {
    RequestType type;
    u32 reserved;
    u64 sector;
    u8 status;  // 0: done as asked
    bool in_use = false;
    bool finished = false;
    WaitQueue waiter{"disk"};
};
constexpr u32 kHeaderSize = offsetof(Request, status);
static_assert(kHeaderSize == 16);

class VirtioBlk final : public BlockDevice {
  public:
    constexpr VirtioBlk() = default;
    Result<> start(const VirtioMmio& transport);

    u32 block_count() const override { return block_count_; }
    Result<> read(u32 block, MutBytes to) override { return transfer(RequestType::In, block, to, true); }
    Result<> write(u32 block, Bytes from) override { return transfer(RequestType::Out, block, from, false); }
    Result<> flush() override;

  private:
    Result<> transfer(RequestType type, u32 block, Bytes data, bool device_writes);
    Result<> submit(RequestType type, u64 sector, Bytes data, bool device_writes);
    Request& take_request_locked() REQUIRES(lock_);
    void interrupt();

    VirtioMmio transport_;
    u32 block_count_ = 0;
    bool has_cache_ = false;

    IrqSpinLock lock_{LockRank::Disk, "disk"};
    WaitQueue request_freed_{"disk queue"};
    VirtQueue queue_ GUARDED_BY(lock_);
    Request* requests_ GUARDED_BY(lock_) = nullptr;  // kRequests of them, in a page that the device can reach
};

constinit VirtioBlk disk;

Result<> VirtioBlk::start(const VirtioMmio& transport) {
    transport_ = transport;
    const u64 features = TRY(transport_.negotiate(kFlush));
    has_cache_ = features & kFlush;
    static_assert(sizeof(Request) * kRequests <= 4096);
    void* page = mm::page_alloc();
    if (!page) return Errno::NoMem;
    {
        IrqGuard g(lock_);
        requests_ = static_cast<Request*>(page);
        for (u32 i = 0; i < kRequests; i++) new (requests_ + i) Request;
        TRY(transport_.add_queue(0, queue_, kQueueSize));
    }
    const u64 blocks = transport_.config64(0) / (kBlockSize / kSectorSize);  // capacity, in sectors
    block_count_ = blocks > ~0u ? ~0u : static_cast<u32>(blocks);
    arch::irq_register(
        transport_.irq(), [](void* self) { static_cast<VirtioBlk*>(self)->interrupt(); }, this);
    transport_.start();
    return {};
}

Result<> VirtioBlk::flush() {
    if (!has_cache_) return {};
    return submit(RequestType::Flush, 0, {}, false);
}

Result<> VirtioBlk::transfer(RequestType type, u32 block, Bytes data, bool device_writes) {
    ASSERT(!data.empty() && data.size() % kBlockSize == 0);
    if (block >= block_count_ || data.size() / kBlockSize > block_count_ - block) return Errno::Io;
    return submit(type, u64{block} * (kBlockSize / kSectorSize), data, device_writes);
}

Result<> VirtioBlk::submit(RequestType type, u64 sector, Bytes data, bool device_writes) {
    IrqGuard g(lock_);
    Request& r = take_request_locked();
    r.type = type;
    r.reserved = 0;
    r.sector = sector;
    r.status = 0xff;
    VirtSegment chain[3] = {{&r, kHeaderSize}};
    usize n = 1;
    if (!data.empty()) chain[n++] = {data.data(), static_cast<u32>(data.size()), device_writes};
    chain[n++] = {&r.status, 1, true};
    ASSERT(queue_.add({chain, n}, &r));  // there are three descriptors for each request
    if (queue_.wants_notification()) transport_.notify(0);
    while (!r.finished) r.waiter.wait_uninterruptible(lock_);
    const bool ok = r.status == 0;
    r.in_use = false;
    request_freed_.wake_one();
    return ok ? Result<>() : Result<>(Errno::Io);
}

Request& VirtioBlk::take_request_locked() {
    for (;;) {
        for (u32 i = 0; i < kRequests; i++) {
            if (requests_[i].in_use) continue;
            requests_[i].in_use = true;
            requests_[i].finished = false;
            return requests_[i];
        }
        request_freed_.wait_uninterruptible(lock_);
    }
}

void VirtioBlk::interrupt() {
    if (!transport_.take_interrupt()) return;
    IrqGuard g(lock_);
    while (const auto done = queue_.take()) {
        auto* r = static_cast<Request*>(done->token);
        r->finished = true;
        r->waiter.wake_one();
    }
}

}  // namespace

BlockDevice* virtio_blk_probe() {
    const std::optional<VirtioMmio> found = VirtioMmio::find(VirtioId::Block);
    if (!found) return nullptr;
    const Result<> started = disk.start(*found);
    if (started.ok()) return &disk;
    log("virtio disk: %s", describe(started.error()));
    return nullptr;
}

}  // namespace dev
