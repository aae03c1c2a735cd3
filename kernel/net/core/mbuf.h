// mbuf: the one buffer that a packet lives in from the socket to the ring and back. Never copied.
//
//   |<-------------------------- kMbufSize = 2048 ----------------------------->|
//   | Mbuf fields | headroom  <- push | data (length) | put ->        tailroom  |
//                               pull ->               <- trim
//
// push/pull move the front (headers), put/trim move the end. All check the room and answer null or false
// instead of overrunning. An mbuf has one owner, who holds an MbufPtr; giving it away is a move.
#pragma once

#include <memory>
#include <utility>

#include "lib/types.h"

namespace net {

class Mbuf;
struct MbufFree {
    void operator()(Mbuf* m) const;
};
using MbufPtr = std::unique_ptr<Mbuf, MbufFree>;

inline constexpr usize kMbufSize = 2048;
inline constexpr usize kDefaultHeadroom = 128;  // Ethernet + IPv4 with options + TCP with options

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
    usize tailroom() const { return kMbufSize - offset_ - length_; }

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

    // A header type placed in front or read from the front.
    template <class Header>
    Header* push_header() {
        return reinterpret_cast<Header*>(push(sizeof(Header)));
    }

  private:
    friend class MbufQueue;
    friend class MbufStack;
    Mbuf() = default;
    Mbuf* next_ = nullptr;  // in an MbufQueue, or in the pool
    u16 offset_ = 0;
    u16 length_ = 0;
};

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
