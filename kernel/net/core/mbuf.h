// mbuf: the one buffer that a packet lives in from the socket to the ring and back. Never copied.
//
//   |<-------------------------- kMbufSize = 2048 ----------------------------->|
//   | Mbuf fields | headroom  <- push | data (length) | put ->        tailroom  |
//                               pull ->               <- trim
//
// push/pull move the front (headers), put/trim move the end. All check the room and answer null or false
// instead of overrunning. An mbuf has one owner, who holds an MbufPtr; giving it away is a move.
//
// A packet that one mbuf cannot hold is a chain of them: the head owns the next piece, and so on. Freeing the
// head frees them all. Only what says that it knows chains gets to see one.
//
// Behind a piece's own bytes may come parts: bytes that stay in other mbufs, which several packets share
// (what TCP sends is kept until it is acknowledged, and is in the ring meanwhile). The list of them is at the
// end of the piece's own buffer:
//
//   | Mbuf | headroom | headers | tailroom | part 1 | part 0 |        part = {mbuf, offset, length}
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "lib/types.h"

namespace net {

class Mbuf;
struct MbufFree {
    void operator()(Mbuf* m) const;

  private:
    static void free_shared(Mbuf* m);
};
using MbufPtr = std::unique_ptr<Mbuf, MbufFree>;

// What the device is asked to do with a TCP frame (NetDevice::features tells who can). With both, the
// checksum field holds the folded sum of the pseudo header, without the length for Segment.
enum class Offload : u8 {
    None,
    TcpChecksum,  // fill in the checksum
    TcpSegments,  // cut the payload into segments, each with a copy of the headers
};

inline constexpr usize kMbufSize = 2048;
inline constexpr usize kDefaultHeadroom = 128;  // Ethernet + IPv4 with options + TCP with options

struct MbufPart {
    Mbuf* owner;
    u16 offset, length;  // from the start of the owner's Mbuf
    Bytes bytes() const { return {reinterpret_cast<const u8*>(owner) + offset, length}; }
};

class Mbuf {
  public:
    // An empty buffer with that much headroom, or null when the pool and memory are exhausted (counted) or
    // the headroom is more than the buffer holds. Contents are not cleared. Any thread context.
    static MbufPtr alloc(usize headroom = kDefaultHeadroom);

    u8* data() { return reinterpret_cast<u8*>(this) + offset_; }
    const u8* data() const { return reinterpret_cast<const u8*>(this) + offset_; }
    usize length() const { return length_; }
    Bytes bytes() const { return {data(), length_}; }
    MutBytes mut_bytes() { return {data(), length_}; }
    usize headroom() const { return offset_ - sizeof(Mbuf); }
    usize tailroom() const { return kMbufSize - offset_ - length_ - parts_ * sizeof(MbufPart); }

    // n bytes more in front; returns the new front, null without the headroom.
    u8* push(usize n) {
        if (n > headroom()) [[unlikely]]
            return nullptr;
        offset_ = static_cast<u16>(offset_ - n);
        length_ = static_cast<u16>(length_ + n);
        return data();
    }
    // n bytes more at the end; returns the first of them, null without the tailroom.
    u8* put(usize n) {
        if (n > tailroom()) [[unlikely]]
            return nullptr;
        u8* first = data() + length_;
        length_ = static_cast<u16>(length_ + n);
        return first;
    }
    // n bytes less in front; false, and nothing done, when there are fewer.
    bool pull(usize n) {
        if (n > length_) [[unlikely]]
            return false;
        offset_ = static_cast<u16>(offset_ + n);
        length_ = static_cast<u16>(length_ - n);
        return true;
    }
    // n bytes less at the end; likewise.
    bool trim(usize n) {
        if (n > length_) [[unlikely]]
            return false;
        length_ = static_cast<u16>(length_ - n);
        return true;
    }
    // Cuts the end off, down to n bytes; shorter data stay as they are.
    void trim_to(usize n) {
        if (n < length_) length_ = static_cast<u16>(n);
    }

    // The next piece of the same packet; null: this is the last, nearly always the only one.
    Mbuf* more() const { return more_; }
    // Hangs a packet behind the last piece of this one.
    void append(MbufPtr rest);
    // Takes off what follows this piece; null when nothing does.
    MbufPtr detach() { return MbufPtr(std::exchange(more_, nullptr)); }
    // Of all pieces together: their data, parts included, and their number.
    usize chain_length() const;
    usize chain_count() const;
    // Cuts the end of the whole packet off, down to n bytes.
    void chain_trim_to(usize n);

    // n bytes at `from`, which lie in `owner` and must not change any more, become the next part behind this
    // piece's own bytes, which can then no more grow at their end. The owner, which has no parts itself,
    // lives at least as long as this packet. False: no room for one more.
    bool attach(Mbuf& owner, const u8* from, usize n);
    usize part_count() const { return parts_; }
    usize parts_length() const { return parts_length_; }  // bytes of all parts
    // Moves what parts and pieces hold into this mbuf's own tailroom. False, and nothing done: no room.
    bool flatten();
    // Is there more to the packet than this mbuf's own bytes?
    bool is_scattered() const { return more_ || parts_; }

    // Is the packet a single run of bytes, with no work for the device? Nearly all are, and it is asked for
    // each.
    bool is_simple() const {
        u32 parts_and_offload;
        __builtin_memcpy(&parts_and_offload, &parts_, sizeof parts_and_offload);
        return !more_ && !parts_and_offload;
    }

    // Calls f(Bytes) with each run of bytes of the whole packet, in order.
    template <class F>
    void for_each_range(F f) const {
        for (const Mbuf* m = this; m; m = m->more_) {
            f(m->bytes());
            for (usize i = 0; i < m->parts_; i++) f(m->part(i).bytes());
        }
    }

    // On the head of a TCP packet. segment_size: payload bytes of each segment, for TcpSegments.
    void set_offload(Offload what, usize segment_size = 0) {
        offload_ = what;
        segment_size_ = static_cast<u16>(segment_size);
    }
    Offload offload() const { return offload_; }
    // Of the longest packet that the device makes of this one: the whole, or with TcpSegments the mbuf's own
    // bytes, which are the headers, and one segment.
    usize longest_length() const {
        return offload_ == Offload::TcpSegments ? usize{length_} + segment_size_ : chain_length();
    }
    usize segment_size() const { return segment_size_; }

    // A header type placed in front or read from the front.
    template <class Header>
    Header* push_header() {
        return reinterpret_cast<Header*>(push(sizeof(Header)));
    }

  private:
    friend class MbufQueue;
    friend class MbufStack;
    friend struct MbufFree;
    Mbuf() = default;
    MbufPart& part(usize i) const {
        auto* end = reinterpret_cast<MbufPart*>(reinterpret_cast<uptr>(this) + kMbufSize);
        return end[-1 - static_cast<i64>(i)];
    }
    // In two loads, for it is asked at every free: refs_ up to segment_size_ are eight bytes.
    bool is_plain() const {
        u64 all;
        __builtin_memcpy(&all, static_cast<const void*>(&refs_), sizeof all);
        std::atomic_thread_fence(std::memory_order_acquire);
        return !more_ && !all;
    }
    bool let_go();
    static MbufPtr alloc_slowly(usize headroom);

    Mbuf* next_ = nullptr;  // in an MbufQueue, or in the pool
    Mbuf* more_ = nullptr;  // owned; like all that follows up to segment_size_, always 0 in the pool
    alignas(8) std::atomic<u32> refs_{0};  // parts of other packets that lie in this mbuf, beside its owner
    u8 parts_ = 0;
    Offload offload_ = Offload::None;
    u16 segment_size_ = 0;
    u32 parts_length_ = 0;  // bytes of all parts
    u16 offset_ = 0;
    u16 length_ = 0;
};
static_assert(sizeof(Mbuf) == 32);

// A first-in first-out queue that owns its mbufs (xv6's mbufq). Not synchronised.
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
    // Looking without taking; null at the end.
    Mbuf* front() const { return head_; }
    Mbuf* back() const { return tail_; }
    static Mbuf* next(const Mbuf& m) { return m.next_; }
    // Puts m behind `at`, which is in this queue; null: in front of all.
    void insert_after(Mbuf* at, MbufPtr m);
    // Takes out the one behind `at`; null: the first of all. There must be one.
    MbufPtr take_after(Mbuf* at);
    void push_tail(MbufPtr m);
    void push_head(MbufPtr m);
    MbufPtr pop_head();
    void take(MbufQueue& other);  // appends all of other's, leaving it empty
    void clear();

  private:
    Mbuf* head_ = nullptr;
    Mbuf* tail_ = nullptr;
    usize size_ = 0;
};

// Where mbufs come from: pages of two, a free list a hart, a shared list behind them. The pool never gives
// a page back and never makes more than kMaxMbufs. Whatever may hold many of them for long (socket queues,
// neighbour queues) has a bound of its own, so that a ring always finds one for its refill.
inline constexpr u64 kMaxMbufs = 4096;

struct MbufUsage {
    u64 total;      // mbufs made so far
    u64 free;       // of these, in the pool and its caches
    u64 exhausted;  // allocations that failed
    u64 in_use() const { return total - free; }
};
// Exact while no other hart allocates or frees at the same moment.
MbufUsage mbuf_usage();

}  // namespace net
