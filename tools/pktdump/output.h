// The text for one packet: the line with its number and time, and the dump.
#pragma once

#include "capture/packet.h"
#include "pktdump/options.h"

namespace pktdump {

class Printer {
  public:
    Printer(const Options& options, TextSink out) : options_(options), out_(out), time_(options.time) {}

    void print(const capture::Packet& p);

  private:
    std::string heading(const capture::Packet& p);

    const Options& options_;
    TextSink out_;
    TimePrinter time_;
};

}  // namespace pktdump
