// FrameTaps: who else sees the frames of an interface, beside sockets and flows. Channels implement it; the
// stack calls it only for what somebody wants (Inet::is_tapped).
#pragma once

#include "net/core/mbuf.h"

namespace net {

class Interface;

enum class Tap : u32 {  // bits; the first three are NETCTL_* of abi/netctl.h
    Received = 1,       // every frame received, before anything else looks at it
    Sent = 2,           // every frame sent
    Unclaimed = 4,      // received, but nobody wanted it
    ArpReply = 8,
};

class FrameTaps {
  public:
    // Offers a whole frame, from its Ethernet header on; the takers copy it. True: somebody took it. Any
    // thread; locks of a rank below ChannelTaps may be held. Never sleeps.
    virtual bool offer(Tap what, Interface& at, const Mbuf& frame) = 0;

  protected:
    ~FrameTaps() = default;
};

// The same for a packet whose Ethernet header has been removed with pull(). Nothing happens if nobody wants
// this.
bool offer_to_taps(Tap what, Interface& at, Mbuf& packet);

}  // namespace net
