#include "net/channel/memory.h"

#include <bit>

namespace net {

// --- pages ---

bool ChannelMemory::add_page() {
    Directory*& directory = directory_[pages_ / kEach];
    if (!directory) directory = static_cast<Directory*>(platform::page_alloc());
    void* page = directory ? platform::page_alloc() : nullptr;
    if (!page) return false;
    directory->pages[pages_++ % kEach] = page;
    return true;
}

bool ChannelMemory::fill() {
    const usize wanted = kFirstBuffer + (buffers_ + 1) / 2;
    while (pages_ < wanted) {
        if (!add_page()) return false;
    }
    return true;
}

void ChannelMemory::free_pages() {
    while (pages_ > 0) {
        pages_--;
        platform::page_free(page(pages_));
    }
    for (Directory* d : directory_) {
        if (d) platform::page_free(d);
    }
}

void ChannelMemory::last_ref_gone() {
    home_.forget(*this);
    free_pages();
    home_.pool_.destroy(this);
}

void ChannelMemory::describe(const NetDevice& device) {
    channel_memory& m = head();
    m.magic = CHANNEL_MAGIC;
    m.version = CHANNEL_VERSION;
    m.bytes = bytes();
    m.slots = slots_;
    m.buffers = buffers_;
    m.receive_at = 1 * kPageSize;
    m.transmit_at = 2 * kPageSize;
    m.buffers_at = kFirstBuffer * kPageSize;
    const MacAddr mac = device.mac();
    __builtin_memcpy(m.mac, mac.bytes, sizeof m.mac);
    m.mtu = static_cast<u16>(device.mtu());
    for (usize i = 0; i < sizeof m.seed; i += sizeof(u64)) {
        const u64 random = platform::random();
        __builtin_memcpy(&m.seed[i], &random, sizeof random);
    }
    if (device.features() & NetDevice::kTcpChecksum) m.offload |= CHANNEL_CHECKSUM;
    if (device.features() & NetDevice::kTcpSegments) m.offload |= CHANNEL_SEGMENTS;
    m.transmit.signal = 1;  // of the receive ring the kernel needs no signal
}

// --- limits ---

Result<Ref<ChannelMemory>> ChannelMemories::create(int owner, u32 slots, u32 buffers) {
    if (!std::has_single_bit(slots) || slots > CHANNEL_MOST_SLOTS) return Errno::Inval;
    if (buffers == 0 || buffers > CHANNEL_MOST_BUFFERS) return Errno::Inval;
    Ref<ChannelMemory> m(pool_.create(*this, owner, slots, buffers));
    if (!m) return Errno::NoMem;
    TRY(enter(*m));
    if (!m->fill()) return Errno::NoMem;
    return m;
}

Result<> ChannelMemories::enter(ChannelMemory& m) {
    const auto bytes_of = [](const ChannelMemory& each) { return usize{each.buffers()} * CHANNEL_BUFFER; };
    usize all = bytes_of(m), of_owner = bytes_of(m);
    u32 owned = 1;
    platform::Guard guard(lock_);
    for (const ChannelMemory& other : all_) {
        all += bytes_of(other);
        if (other.owner() != m.owner()) continue;
        of_owner += bytes_of(other);
        owned++;
    }
    if (all > kMostBytes || of_owner > kMostBytesEach || owned > kMostEach) return Errno::Again;
    all_.push_back(m);
    return {};
}

void ChannelMemories::forget(ChannelMemory& m) {
    platform::Guard guard(lock_);
    if (m.linked()) m.unlink();
}

usize ChannelMemories::bytes() {
    usize n = 0;
    platform::Guard guard(lock_);
    for (const ChannelMemory& m : all_) n += m.bytes();
    return n;
}

}  // namespace net
