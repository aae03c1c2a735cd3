// Ethernet input: sorts a received frame by its type.
#pragma once

#include "net/core/mbuf.h"

namespace net {

class Interface;

// Takes a whole frame. Thread context, no lock held; never sleeps.
void ether_in(Interface& in, MbufPtr m);

}  // namespace net
