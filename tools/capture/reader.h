// Reading capture files: pcap and pcapng. Any file can be given: error() says in words what is wrong with it.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "capture/input.h"
#include "capture/packet.h"

namespace capture {

// One format of capture files.
class Format {
  public:
    explicit Format(Input& in) : in_(in) {}
    virtual ~Format() = default;

    // Reads the file header, of which the first four bytes have been read: `magic`, as they are in memory.
    virtual bool open(u32 magic) = 0;
    virtual std::optional<Packet> next() = 0;
    // The link type of all packets, where the format has one for the whole file.
    virtual std::optional<u16> link_type() const { return std::nullopt; }
    // May packets have times finer than a microsecond?
    virtual bool nanoseconds() const = 0;

    const std::string& error() const { return error_; }

  protected:
    bool fail(std::string why) {
        if (error_.empty()) error_ = std::move(why);
        return false;
    }
    bool failed() const { return !error_.empty(); }
    u32 number(u32 as_stored) const { return swapped_ ? __builtin_bswap32(as_stored) : as_stored; }
    u16 number(u16 as_stored) const { return swapped_ ? __builtin_bswap16(as_stored) : as_stored; }

    Input& in_;
    bool swapped_ = false;  // the writer's byte order is not ours
    u64 count_ = 0;         // packets so far

  private:
    std::string error_;
};

class Reader {
  public:
    // The file stays the caller's, and open.
    explicit Reader(std::FILE* file) : in_(file) {}

    // Reads the file header; false with error() set if this is no capture.
    bool open();

    // The next packet. Nothing at the end or, with error() set, where the file is cut short or damaged. Of a
    // packet that is cut short the bytes that are there come first, and nothing after them.
    std::optional<Packet> next();

    const std::string& error() const { return format_ && error_.empty() ? format_->error() : error_; }
    std::optional<u16> link_type() const { return format_->link_type(); }
    bool nanoseconds() const { return format_->nanoseconds(); }

  private:
    Input in_;
    std::string error_;
    std::unique_ptr<Format> format_;
};

}  // namespace capture
