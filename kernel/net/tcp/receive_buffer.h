// What has arrived in order and the program has not read: the very mbufs it came in.
#pragma once

#include "net/core/budget.h"

namespace net {

// Each mbuf is taken from the connection's account by whoever pushes it, and given back when it is freed.
// Not synchronised.
class ReceiveBuffer {
  public:
    // What a reader has taken and not yet given up counts until consumed().
    u32 bytes() const { return bytes_; }

    // Copies m's data into the last mbuf's tailroom, if they are few and it has room: a peer that sends
    // single bytes does not fill memory. tight: however many they are. False: nothing is done.
    bool merge(const Mbuf& m, bool tight);
    void push(MbufPtr m);

    // Moves the mbufs with the first n bytes into `out`; of the last one some may be beyond. They stay taken.
    void take(MbufQueue& out, u32 n);
    // Of what was taken, n bytes have been read; the rest, in `rest`, goes back in front.
    void give_back(MbufQueue& rest, u32 n);
    void clear(MbufAccount& account);

  private:
    static constexpr usize kMergeLimit = 512;
    MbufQueue queue_;
    u32 bytes_ = 0;
};

}  // namespace net
