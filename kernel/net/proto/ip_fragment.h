// Cutting an IPv4 payload into fragments (RFC 791 section 3.2).
#pragma once

#include "net/core/mbuf.h"

namespace net {

// Takes one fragment after the other off the front of a payload: one mbuf or a chain, whose pieces have any
// size. A piece that makes a good fragment as it is, with headroom for the headers, is not copied; so whoever
// knows the MTU cuts the payload before (kMaxFragment). Everything else is copied into new mbufs.
class Fragments {
  public:
    // The payload's bytes are all in its mbufs: no parts. `mtu`: of packets, at least 68.
    Fragments(MbufPtr payload, usize mtu);

    // The next fragment's bytes; null: no mbuf for it. To be called once even if there are no bytes at all.
    // All but the last are multiples of 8.
    MbufPtr take();
    usize left() const { return left_; }  // bytes not yet taken

  private:
    bool is_cut_right(const Mbuf& piece) const;
    MbufPtr copy();

    MbufPtr rest_;
    usize left_ = 0;
    const usize room_;  // of one packet behind its IP header
};

}  // namespace net
