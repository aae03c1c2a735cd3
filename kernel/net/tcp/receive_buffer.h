// What has arrived in order and the program has not read: the very mbufs it came in.
#pragma once

#include "net/core/mbuf.h"

namespace net {

class Inet;

// Mbufs are reserved with Inet::reserve_queued by whoever appends, and released here. Not synchronised.
class ReceiveBuffer {
  public:
    // What a reader has taken and not yet given up counts until consumed().
    u32 bytes() const { return bytes_; }

    // Takes m, whose place among all queued mbufs is reserved. Small ones move into the last one's tailroom:
    // a peer that sends single bytes does not fill memory.
    void append(Inet& inet, MbufPtr m);

    // Moves the mbufs with the first n bytes into `out`; of the last one some may be beyond.
    void take(MbufQueue& out, u32 n);
    // Of what was taken, n bytes have been read; the rest, in `rest`, goes back in front.
    void give_back(MbufQueue& rest, u32 n);
    void clear(Inet& inet);

  private:
    static constexpr usize kMergeLimit = 512;
    MbufQueue queue_;
    u32 bytes_ = 0;
};

}  // namespace net
