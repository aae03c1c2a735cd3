// What most files of the kernel include of the C++ library: compiled once for all of them (Makefile).
// <algorithm> is not here: it brings the macros of <stdlib.h>.
#include <array>
#include <atomic>
#include <bit>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
