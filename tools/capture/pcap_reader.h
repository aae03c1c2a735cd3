// Classic pcap, in both byte orders, with microseconds or nanoseconds.
#pragma once

#include "capture/reader.h"

namespace capture {

class PcapReader : public Format {
  public:
    using Format::Format;
    static bool knows(u32 magic);

    bool open(u32 magic) override;
    std::optional<Packet> next() override;
    std::optional<u16> link_type() const override { return static_cast<u16>(link_field_); }
    bool nanoseconds() const override { return nanosecond_; }

  private:
    Timestamp time_of(u32 seconds, u32 fraction) const;

    bool nanosecond_ = false;
    u32 link_field_ = 0;
    std::vector<u8> buffer_;
};

}  // namespace capture
