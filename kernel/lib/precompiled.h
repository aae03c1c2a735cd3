// The headers of the C++ library that most files of the kernel include, compiled once for all of them
// (Makefile).
#include <array>
#include <atomic>
#include <bit>
#include <new>
#include <optional>
#include <span>
#include <utility>
