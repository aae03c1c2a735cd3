// Ethernet input: passes a received frame to IPv4 or ARP.
#pragma once

#include "net/core/mbuf.h"

namespace net {

class Interface;

// Processes a whole frame and consumes it. Thread context, no lock held; never sleeps.
void ether_in(Interface& in, MbufPtr&& m);

}  // namespace net
