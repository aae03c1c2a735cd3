// How nx6 ends when it cannot do what it was asked.
#pragma once

#include <string>

namespace nx6 {

// nx6 itself failed: no guest, a wrong option. 126 and 127 are the guest's shell's: it cannot run the
// command, or there is none of that name.
inline constexpr int kOwnFailure = 125;
inline constexpr int kFileFailure = 1;  // put and get: the file, here or in the guest

// Prints "nx6: TEXT" and ends the program.
[[noreturn]] void fail(int status, const std::string& text);

}  // namespace nx6
