// A target of `make fuzz`: code that reads untrusted bytes, what is done with it, and what must then be true.
//
// Each file of this folder defines one or more targets; the tables in *_targets.cc list those of a program.
// The programs build/host/fuzz, fuzz_fs and fuzz_vsockd are libFuzzer with a table (main.cc).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lib/types.h"

namespace fuzz {

struct Target {
    const char* name;
    usize max_length;  // of an input
    // Uses the code with one input. Aborts if a promise is broken; the sanitizers find the other faults.
    void (*run)(Bytes input);
    // Inputs that reach every part: libFuzzer begins with them.
    std::vector<std::string> (*seeds)();
};

// The targets of this program.
std::span<const Target* const> targets();

// Aborts with the text unless the promise holds.
void must(bool holds, const char* promise);

inline Bytes bytes_of(const std::string& s) { return {reinterpret_cast<const u8*>(s.data()), s.size()}; }
inline std::string text_of(Bytes b) { return {b.begin(), b.end()}; }

// What can run in build/host/fuzz,
extern const Target wire, dump, capture_file, filter, frames, sockets, dhcp_client, dns_messages, http, shell;
// in fuzz_fs and in fuzz_vsockd.
extern const Target disk, fsck, mkfs, vsockd;

}  // namespace fuzz
