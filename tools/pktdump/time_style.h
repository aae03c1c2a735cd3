// How the time of a packet is written: tcpdump's styles.
#pragma once

#include <string>

#include "capture/packet.h"

namespace pktdump {

// In the order of the number of t in -t, -tt, ...
enum class TimeStyle { TimeOfDay, None, Seconds, SincePrevious, DateAndTime, SinceFirst };

class TimePrinter {
  public:
    explicit TimePrinter(TimeStyle style) : style_(style) {}

    // The time of the next packet, in the zone that TZ names; empty for TimeStyle::None. Call it once for
    // each.
    std::string text_of(const capture::Timestamp& t);

  private:
    TimeStyle style_;
    bool any_ = false;
    capture::Timestamp reference_{};  // the packet that SincePrevious and SinceFirst count from
};

}  // namespace pktdump
