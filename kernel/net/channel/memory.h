// The memory that a channel shares with its program: abi/channel.h draws it. Its pages are anywhere, so
// nothing in it crosses a page for the kernel: each ring is one page, and a page has two buffers.
#pragma once

#include "abi/channel.h"
#include "lib/list.h"
#include "lib/shared_pages.h"
#include "net/core/netdev.h"
#include "net/core/pool.h"
#include "net/platform.h"

namespace net {

class ChannelMemories;

// The program may change all of it at any time. The kernel believes none of it: see abi/channel_ring.h.
class ChannelMemory final : public SharedPages, public ListNode<ChannelMemory> {
  public:
    usize page_count() const override { return pages_; }
    void* page(usize i) const override { return directory_[i / kEach]->pages[i % kEach]; }

    u32 bytes() const { return static_cast<u32>(pages_ * kPageSize); }
    u32 slots() const { return slots_; }
    u32 buffers() const { return buffers_; }
    int owner() const { return owner_; }

    channel_ring& receive_ring() { return head().receive; }
    channel_ring& transmit_ring() { return head().transmit; }
    channel_slot* receive_slots() { return static_cast<channel_slot*>(page(1)); }
    channel_slot* transmit_slots() { return static_cast<channel_slot*>(page(2)); }

    // The bytes that a slot names; empty if there are no such bytes.
    u8* at(const channel_slot& slot) const {
        if (slot.buffer >= buffers_ || u32{slot.offset} + slot.length > CHANNEL_BUFFER) [[unlikely]]
            return nullptr;
        u8* two = static_cast<u8*>(page(kFirstBuffer + slot.buffer / 2));
        return two + slot.buffer % 2 * CHANNEL_BUFFER + slot.offset;
    }

    // What the program learns of the card.
    void describe(const NetDevice& device);

  private:
    template <class T>
    friend class Pool;
    friend class ChannelMemories;
    static constexpr usize kPageSize = 4096, kFirstBuffer = 3;
    static constexpr usize kEach = kPageSize / sizeof(void*);
    static constexpr usize kMostPages = kFirstBuffer + CHANNEL_MOST_BUFFERS / 2;
    static_assert(CHANNEL_MOST_SLOTS * sizeof(channel_slot) <= kPageSize);
    static_assert(sizeof(channel_memory) <= kPageSize && kPageSize == 2 * CHANNEL_BUFFER);

    ChannelMemory(ChannelMemories& home, int owner, u32 slots, u32 buffers)
        : home_(home), owner_(owner), slots_(slots), buffers_(buffers) {}
    channel_memory& head() { return *static_cast<channel_memory*>(page(0)); }
    bool add_page();
    bool fill();
    void free_pages();
    void last_ref_gone() override;

    struct Directory {
        void* pages[kEach];
    };
    ChannelMemories& home_;
    const int owner_;
    const u32 slots_, buffers_;
    usize pages_ = 0;
    Directory* directory_[(kMostPages + kEach - 1) / kEach] = {};
};

// All memory of the channels of one stack, and its limits. It counts until the last process has unmapped it.
// - Thread context, no lock held.
class ChannelMemories {
  public:
    static constexpr usize kMostBytes = 32 << 20;     // of buffers, in all
    static constexpr usize kMostBytesEach = 9 << 20;  // of one owner
    static constexpr u32 kMostEach = 32;              // channels of one owner

    // Memory of a channel for the process `owner`. Inval: invalid sizes. Again: a limit. NoMem.
    Result<Ref<ChannelMemory>> create(int owner, u32 slots, u32 buffers) EXCLUDES(lock_);
    usize bytes() EXCLUDES(lock_);

  private:
    friend class ChannelMemory;
    Result<> enter(ChannelMemory& m) EXCLUDES(lock_);
    void forget(ChannelMemory& m) EXCLUDES(lock_);

    platform::Lock lock_{LockRank::ChannelRing, "channel memory"};
    List<ChannelMemory> all_ GUARDED_BY(lock_);
    Pool<ChannelMemory> pool_{LockRank::ChannelRing};
};

}  // namespace net
