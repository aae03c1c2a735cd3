// A domain name in a DNS message (RFC 1035 section 3.1), with the compression of section 4.1.4. Internal to
// net/dump.
#pragma once

#include <optional>

#include "net/dump/writer.h"

namespace net {

class DnsName {
  public:
    // The name that begins at `at` of the message; nothing when it is malformed: longer than 255 bytes, cut,
    // or with a pointer that does not point backwards or is one of too many.
    static std::optional<DnsName> parse(Bytes message, usize at);

    usize end() const { return end_; }  // the first byte behind it in the message

    // "www.nx6.test", the root as ".". Characters that are not printable as \ddd, as in zone files.
    void print(DumpWriter& w) const;
    void say(DumpWriter& w) const;

  private:
    template <class Put>
    void each_character(Put put) const;

    Bytes message_;
    usize start_ = 0, end_ = 0;
};

}  // namespace net
