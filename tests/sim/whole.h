// A reassembly for those who look at the wire: without limits and timeouts, so it has every packet that a
// host may have.
#pragma once

#include <map>
#include <tuple>

#include "packets.h"

namespace sim {

class Whole {
  public:
    // The packet that this frame is or completes; empty: a fragment of a packet that is not complete yet.
    packets::Packet take(const packets::Packet& frame);

  private:
    struct Partial {
        std::map<usize, packets::Packet> fragments;  // payload by offset
        usize length = 0;                            // 0: the last has not come
    };
    std::map<std::tuple<u32, u32, u16>, Partial> partial_;
};

}  // namespace sim
