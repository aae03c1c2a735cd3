// Writing classic pcap files, in our byte order.
#pragma once

#include <cstdio>
#include <string>

#include "capture/packet.h"

namespace capture {

class Writer {
  public:
    // The file stays the caller's, and open.
    Writer(std::FILE* file, bool nanoseconds) : file_(file), nanosecond_(nanoseconds) {}

    // Writes the file header. write() does it where needed; a capture without packets needs it too.
    bool begin(u32 link_field);

    // False with error() set if the packet cannot be in this file, or the file cannot be written.
    bool write(const Packet& p);

    const std::string& error() const { return error_; }

  private:
    bool put(const void* from, usize n);

    std::FILE* file_;
    bool nanosecond_;
    bool begun_ = false;
    u32 link_field_ = 0;
    std::string error_;
};

}  // namespace capture
