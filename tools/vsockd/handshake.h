// The line with which a program asks for a port of the guest: "CONNECT 52\n".
#pragma once

#include <optional>
#include <string_view>

#include "lib/types.h"

namespace vsockd {

// A line without its end, as Firecracker takes it: the word in any case, the port in decimal, blanks between
// them. Nothing if it is anything else.
std::optional<u32> parse_connect(std::string_view line);

// The longest line, with its end. The longest port has 10 digits.
inline constexpr usize kLongestConnect = 32;

}  // namespace vsockd
