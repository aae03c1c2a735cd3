// Shared by the tests of wire formats and of the dump: hex to bytes, and a known packet.
#pragma once

#include <string_view>
#include <vector>

#include "lib/types.h"

// "45 00 00 2c" as bytes; blanks and line breaks are skipped.
inline std::vector<u8> from_hex(std::string_view text) {
    std::vector<u8> bytes;
    bool half = false;
    for (char c : text) {
        if (c == ' ' || c == '\n') continue;
        const u8 digit = static_cast<u8>(c <= '9' ? c - '0' : c - 'a' + 10);
        if (half)
            bytes.back() = static_cast<u8>(bytes.back() << 4 | digit);
        else
            bytes.push_back(digit);
        half = !half;
    }
    return bytes;
}

inline std::vector<u8> operator+(std::vector<u8> a, const std::vector<u8>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

// A SYN from QEMU's user network for a `curl` to the guest's port 7. Wireshark's decode of the xv6 lab's
// capture shows the checksums 0x62b8 and 0x39ba.
inline constexpr std::string_view kSynFrame =
    "52 54 00 12 34 56  52 55 0a 00 02 02  08 00"
    "45 00 00 2c 00 04 00 00 40 06 62 b8 0a 00 02 02 0a 00 02 0f"
    "b7 c4 00 07 00 8f 8e 01 00 00 00 00 60 02 ff ff 39 ba 00 00 02 04 05 b4";
