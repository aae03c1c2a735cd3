// IPv4 fragmentation of outgoing packets (RFC 791 section 3.2).
#pragma once

#include "net/core/mbuf.h"

namespace net {

// Splits a payload into fragments. The payload is one mbuf or a chain of mbufs of any size. An mbuf that is
// already a good fragment, with headroom for the headers, is not copied; callers that know the MTU can
// prepare such mbufs (kMaxFragment). All other data are copied into new mbufs.
class Fragments {
  public:
    // Takes ownership of the payload, which must have no scatter-gather fragments. mtu: bytes of an IP
    // packet, at least 68.
    Fragments(MbufPtr payload, usize mtu);

    // The payload of the next fragment; null: out of mbufs. Call it once even if the payload is empty. The
    // length is a multiple of 8, except for the last.
    MbufPtr take();
    usize left() const { return left_; }  // bytes not yet taken

  private:
    bool is_good_fragment(const Mbuf& piece) const;
    MbufPtr copy();

    MbufPtr rest_;
    usize left_ = 0;
    const usize room_;  // maximum payload of one packet
};

}  // namespace net
