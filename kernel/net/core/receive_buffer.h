// The receive buffer: data in order that the program has not read, in the mbufs in which they arrived. What
// this host sends to itself arrives in fragments, which are in mbufs of the sender.
#pragma once

#include "net/core/budget.h"

namespace net {

// The caller of push() takes the mbuf and its fragments from the connection's account; they are given back
// when freed. No lock.
class ReceiveBuffer {
  public:
    // Includes what a reader has taken, until give_back().
    u32 bytes() const { return bytes_; }
    // The first and the last mbuf; null if it is empty. A reader may have taken what is before the first.
    Mbuf* front() const { return queue_.front(); }
    Mbuf* back() const { return queue_.back(); }

    // Copies m's data into the last mbuf if they fit and are at most kMergeLimit bytes (tight: any number),
    // so a peer that sends single bytes does not exhaust memory. False: nothing was done.
    bool merge(const Mbuf& m, bool tight) {
        return (tight || m.whole_length() <= kMergeLimit) && copy_to_end(m);
    }
    void push(MbufPtr m) {
        bytes_ += static_cast<u32>(m->whole_length());
        queue_.push_tail(std::move(m));
    }

    // Moves the mbufs with the first n bytes to `out`; the last one may contain more. They stay charged.
    void take(MbufQueue& out, u32 n);
    // n of the taken bytes have been read; puts the rest back at the front.
    void give_back(MbufQueue& rest, u32 n);
    void clear(MbufAccount& account);

  private:
    bool copy_to_end(const Mbuf& m);

    static constexpr usize kMergeLimit = 512;
    MbufQueue queue_;
    u32 bytes_ = 0;
};

}  // namespace net
