// mbuf: the buffer that holds a packet from the socket to the device ring and back, without copying.
//
//   |<-------------------------- kMbufSize = 2048 ----------------------------->|
//   | Mbuf fields | headroom  <- push | data (length) | put ->        tailroom  |
//                               pull ->               <- trim
//
// push/pull move the start (headers), put/trim move the end. All check the available room and return null or
// false instead of overrunning. An mbuf has one owner, which holds an MbufPtr; ownership is passed by a move.
//
// A packet that does not fit in one mbuf is a chain: each mbuf owns the next. Freeing the head frees them
// all. A function accepts a chain only if its comment says so.
//
// An mbuf's own bytes may be followed by fragments (scatter-gather): bytes that stay in other mbufs, which
// several packets share, or in memory of another owner. TCP keeps its data until they are acknowledged while
// they are also in the ring; a channel sends from the pages of a program. The list of fragments is at the end
// of the mbuf's own buffer:
//
//   | Mbuf | headroom | headers | tailroom | fragment 1 | fragment 0 |     fragment = {data, owner, length}
#pragma once

#include <atomic>
#include <utility>

#include "lib/owned.h"
#include "lib/shared_count.h"
#include "lib/types.h"
#include "net/platform.h"

namespace net {

class Mbuf;
struct MbufFree {
    void operator()(Mbuf* m) const;

  private:
    static void free_shared(Mbuf* m);
};
using MbufPtr = Owned<Mbuf, MbufFree>;  // passed as MbufPtr&& on the way to the device: for each
                                        // layer, this saves a test whether it is to be freed

// What the device must do with a TCP frame (NetDevice::features says what it can do). For both offloads the
// checksum field holds the folded sum of the pseudo header; for TcpSegments without the length. Or what the
// device has done with a received frame.
enum class Offload : u8 {
    None,
    TcpChecksum,  // fill in the checksum
    TcpSegments,  // split the payload into segments, each with a copy of the headers
    Verified,     // received: the TCP or UDP checksum need not be verified, or is only partial
};

inline constexpr usize kMbufSize = 2048;
inline constexpr usize kDefaultHeadroom = 128;  // Ethernet + IPv4 with options + TCP with options

// The owner of other memory that has fragments. For each fragment it gets one call of release(), when neither
// the stack nor a device uses the bytes any more. The caller may hold the lock of a device's transmit ring,
// so release() takes only locks of a higher rank.
class MbufMemory {
  public:
    virtual void release() = 0;

  protected:
    ~MbufMemory() = default;
};

class MbufFragment {
  public:
    MbufFragment(Mbuf& owner, const u8* data, usize n) : MbufFragment(&owner, 0, data, n) {}
    MbufFragment(MbufMemory& owner, const u8* data, usize n) : MbufFragment(&owner, kForeign, data, n) {}
    Bytes bytes() const { return {data_, size()}; }
    usize size() const { return static_cast<u16>(owner_and_size_); }
    void release() const;  // to its owner
    void pull(usize n) { data_ += n, trim(n); }
    void trim(usize n) { owner_and_size_ -= static_cast<i64>(n); }

  private:
    static constexpr i64 kForeign = 1;  // a tag in owner_, because owners are aligned
    MbufFragment(void* owner, i64 tag, const u8* data, usize n)
        : data_(data), owner_and_size_((reinterpret_cast<i64>(owner) | tag) << 16 | static_cast<u16>(n)) {}

    const u8* data_;
    i64 owner_and_size_;  // an address, without its upper 16 bits, which are copies of bit 47; then 16 bits
};
static_assert(sizeof(MbufFragment) == 16);

class Mbuf {
  public:
    // An empty buffer with the given headroom. Null when the pool and memory are exhausted (counted) or the
    // headroom is larger than the buffer. The contents are not cleared. Thread context.
    static MbufPtr alloc(usize headroom = kDefaultHeadroom);

    u8* data() { return reinterpret_cast<u8*>(this) + offset_; }
    const u8* data() const { return reinterpret_cast<const u8*>(this) + offset_; }
    usize length() const { return length_; }
    Bytes bytes() const { return {data(), length_}; }
    MutBytes mut_bytes() { return {data(), length_}; }
    usize headroom() const { return offset_ - sizeof(Mbuf); }
    usize tailroom() const { return kMbufSize - offset_ - length_ - fragments_ * sizeof(MbufFragment); }

    // Adds n bytes at the front; returns the new front, or null without enough headroom.
    u8* push(usize n) {
        if (n > headroom()) [[unlikely]]
            return nullptr;
        offset_ = static_cast<u16>(offset_ - n);
        length_ = static_cast<u16>(length_ + n);
        return data();
    }
    // Adds n bytes at the end; returns the first of them, or null without enough tailroom.
    u8* put(usize n) {
        if (n > tailroom()) [[unlikely]]
            return nullptr;
        u8* first = data() + length_;
        length_ = static_cast<u16>(length_ + n);
        return first;
    }
    // Removes n bytes at the front; returns false and does nothing if there are fewer.
    bool pull(usize n) {
        if (n > length_) [[unlikely]]
            return false;
        offset_ = static_cast<u16>(offset_ + n);
        length_ = static_cast<u16>(length_ - n);
        return true;
    }
    // Removes n bytes at the end; returns false and does nothing if there are fewer.
    bool trim(usize n) {
        if (n > length_) [[unlikely]]
            return false;
        length_ = static_cast<u16>(length_ - n);
        return true;
    }
    // Shortens the data to n bytes; shorter data do not change.
    void trim_to(usize n) {
        if (n < length_) length_ = static_cast<u16>(n);
    }

    // The next mbuf of the chain; null: this is the last, and usually the only one.
    Mbuf* more() const { return more_; }
    // Appends a packet to the end of the chain.
    void append(MbufPtr rest) {
        Mbuf* last = this;
        while (last->more_) last = last->more_;
        last->more_ = rest.release();
    }
    // Removes and returns the rest of the chain after this mbuf; null if this is the last.
    MbufPtr detach() { return MbufPtr(std::exchange(more_, nullptr)); }
    usize chain_length() const;  // bytes of the whole chain, including fragments
    usize chain_count() const;   // mbufs in the chain
    // Shortens the whole packet to n bytes.
    void chain_trim_to(usize n);

    // Adds n bytes at `from`, in `owner`, as the next fragment. The bytes must not change any more, and put()
    // must not be called on this mbuf any more. The owner must have no fragments itself; it lives at least as
    // long as this packet. False: no room for another fragment.
    bool attach(Mbuf& owner, const u8* from, usize n);
    // The same for bytes of another owner, which may change them until they are sent.
    bool attach(MbufMemory& owner, const u8* from, usize n);
    usize fragment_count() const { return fragments_; }
    usize fragments_length() const { return fragments_length_; }  // bytes of all fragments
    // This mbuf with its fragments, without the rest of the chain: its bytes, and the mbufs that they occupy.
    usize whole_length() const { return length_ + fragments_length_; }
    usize whole_count() const { return 1u + fragments_; }
    // Removes the first n of these bytes; there must be as many. Releases the fragments that become empty.
    void consume(usize n) {
        if (n <= length_) [[likely]]
            pull(n);
        else
            consume_fragments(n);
    }
    // Copies the bytes of the fragments and of the chain into this mbuf. False, and nothing done: no room.
    bool flatten();
    // Does the packet have bytes outside of this mbuf?
    bool is_scattered() const { return more_ || fragments_; }

    // Is the packet one range of bytes, without offload? Nearly all packets are; this is called for each.
    bool is_simple() const {
        u32 fragments_and_offload;
        __builtin_memcpy(&fragments_and_offload, &fragments_, sizeof fragments_and_offload);
        return !more_ && !fragments_and_offload;
    }

    // Calls f(Bytes) with each range of bytes of the whole packet, in order.
    template <class F>
    void for_each_range(F f) const {
        for (const Mbuf* m = this; m; m = m->more_) {
            f(m->bytes());
            for (usize i = 0; i < m->fragments_; i++) f(m->fragment(i).bytes());
        }
    }

    // For the head of a TCP packet. segment_size: payload bytes of each segment, for TcpSegments.
    void set_offload(Offload what, usize segment_size = 0) {
        offload_ = what;
        segment_size_ = static_cast<u16>(segment_size);
    }
    Offload offload() const { return offload_; }
    // For a received frame: was it marked as Verified? Removes the mark, because a reply may use the mbuf.
    bool take_verified() {
        if (offload_ != Offload::Verified) [[likely]]
            return false;
        offload_ = Offload::None;
        return true;
    }
    // The length of the longest packet that the device will send: the whole packet, or with TcpSegments the
    // headers (the mbuf's own bytes) and one segment.
    usize longest_length() const {
        return offload_ == Offload::TcpSegments ? usize{length_} + segment_size_ : chain_length();
    }
    usize segment_size() const { return segment_size_; }

    // Adds a header at the front; null without enough headroom.
    template <class Header>
    Header* push_header() {
        return reinterpret_cast<Header*>(push(sizeof(Header)));
    }

  private:
    friend class MbufQueue;
    friend class MbufStack;
    friend struct MbufFree;
    Mbuf() = default;
    MbufFragment& fragment(usize i) const {
        auto* end = reinterpret_cast<MbufFragment*>(reinterpret_cast<uptr>(this) + kMbufSize);
        return end[-1 - static_cast<i64>(i)];
    }
    // Two loads, because every free calls it: refs_ to segment_size_ are eight bytes.
    bool is_plain() const {
        u64 all;
        __builtin_memcpy(&all, static_cast<const void*>(&refs_), sizeof all);
        std::atomic_thread_fence(std::memory_order_acquire);
        return !more_ && !all;
    }
    bool drop_ref();
    void empty();
    void consume_fragments(usize n);
    void trim_fragments_to(usize n);
    void release_fragments() { trim_fragments_to(0); }
    template <class Owner>
    bool add_fragment(Owner& owner, const u8* from, usize n);
    static MbufPtr alloc_slowly(usize headroom);

    Mbuf* next_ = nullptr;  // in an MbufQueue, or in the pool
    Mbuf* more_ = nullptr;  // owned; this and the fields up to segment_size_ are always 0 in the pool
    alignas(8) SharedCount refs_{0};  // fragments of other packets that are in this mbuf
    u8 fragments_ = 0;
    Offload offload_ = Offload::None;
    u16 segment_size_ = 0;
    u32 fragments_length_ = 0;  // bytes of all fragments
    u16 offset_ = 0;
    u16 length_ = 0;
};
static_assert(sizeof(Mbuf) == 32);

inline constexpr usize kMbufRoom = kMbufSize - sizeof(Mbuf);  // for headroom, data and tailroom

// A FIFO queue that owns its mbufs (mbufq in xv6). It has no lock. Bulk data pass through several queues, and
// an emulated call costs more than these functions' code, so they are inline.
class MbufQueue {
  public:
    constexpr MbufQueue() = default;
    constexpr ~MbufQueue() {
        if (head_) clear();
    }
    MbufQueue(const MbufQueue&) = delete;
    MbufQueue& operator=(const MbufQueue&) = delete;
    MbufQueue(MbufQueue&& other) noexcept { take(other); }

    bool empty() const { return head_ == nullptr; }
    usize size() const { return size_; }
    // These do not remove the mbuf; null at the end.
    Mbuf* front() const { return head_; }
    Mbuf* back() const { return tail_; }
    static Mbuf* next(const Mbuf& m) { return m.next_; }
    // Inserts m after `at`, which is in this queue, or at the head if `at` is null.
    void insert_after(Mbuf* at, MbufPtr m);
    // Removes the mbuf after `at`, or the head if `at` is null. After a non-null `at` there must be one.
    MbufPtr take_after(Mbuf* at);
    void push_tail(MbufPtr m) {
        Mbuf* added = m.release();
        added->next_ = nullptr;
        (tail_ ? tail_->next_ : head_) = added;
        tail_ = added;
        size_++;
    }
    void push_head(MbufPtr m);
    MbufPtr pop_head() {
        Mbuf* m = head_;
        if (!m) return nullptr;
        head_ = m->next_;
        if (!head_) tail_ = nullptr;
        m->next_ = nullptr;
        size_--;
        return MbufPtr(m);
    }
    void take(MbufQueue& other);  // moves all mbufs of `other` to the end of this queue
    void clear();

  private:
    Mbuf* head_ = nullptr;
    Mbuf* tail_ = nullptr;
    usize size_ = 0;
};

// The pool: each page holds two mbufs; each hart has a free list; a shared list refills these. The pool never
// returns a page and never makes more than kMaxMbufs. Each queue that may hold many mbufs for long (socket
// queues, neighbour queues) has its own limit, so that mbufs remain to refill the receive ring.
inline constexpr u64 kMaxMbufs = 2 * platform::kMaxPacketPages;

struct MbufUsage {
    u64 total;      // mbufs created
    u64 free;       // of these, free: in the shared list or a hart's cache
    u64 exhausted;  // allocations that failed
    u64 in_use() const { return total - free; }
};
// Exact only if no other hart allocates or frees at the same time.
MbufUsage mbuf_usage();

}  // namespace net
