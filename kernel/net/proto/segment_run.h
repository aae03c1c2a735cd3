// A run of TCP segments: consecutive data of one connection, in frames that have arrived together. Made into
// one packet, they pass IP and TCP once and are answered with one ACK ("generic receive offload" in Linux).
#pragma once

#include "net/core/mbuf.h"

namespace net {

// Makes the run at the head of the queue one packet, a chain: it has the headers of the first frame, with the
// length of all, and is marked as Verified, because all checksums were right. A frame that differs in
// anything else than its data ends the run. Returns how many frames were added to the first.
usize merge_segments(MbufQueue& frames);

}  // namespace net
