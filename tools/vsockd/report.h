// What vsockd prints: one line each, to standard error, beginning with "vsockd: ".
#pragma once

#include <string>

namespace vsockd {

// printf into a string.
[[gnu::format(printf, 1, 2)]] std::string text(const char* format, ...);

// Prints the line.
void say(const std::string& line);

// Prints the line and ends the program with status 1.
[[noreturn]] void fail(const std::string& line);

// ": " and the words for errno.
std::string why(int error);

}  // namespace vsockd
