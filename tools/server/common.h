// What all services share: a socket on a port of 127.0.0.1, text for the terminal, and the end after an
// error.
#pragma once

#include <string>
#include <string_view>

#include "lib/types.h"
#include "tools/common/fd.h"

namespace server {

using tools::Fd;

// Prints one line and ends the program.
[[noreturn]] void fail(const std::string& what);

// Printable text as it is, every other byte as a dot, cut off after `most` bytes.
std::string printable(std::string_view text, usize most = 48);
inline std::string printable(Bytes bytes) {
    return printable(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

// A non-blocking socket of this type (SOCK_DGRAM, SOCK_STREAM), bound to the port. Says so, with the
// service's name.
Fd bound_socket(const char* name, int type, int port);

}  // namespace server
