// What the tests of the capture readers share: a capture from bytes, and all that a reader says of it.
#pragma once

#include "capture/reader.h"

#include <gtest/gtest.h>

#include <random>

#include "unit/wire_kit.h"

namespace capture {

// A file of these bytes, which vanishes at the end.
class TemporaryFile {
  public:
    explicit TemporaryFile(const std::vector<u8>& bytes = {}) : file_(std::tmpfile()) {
        if (!bytes.empty()) std::fwrite(bytes.data(), 1, bytes.size(), file_);
        std::rewind(file_);
    }
    ~TemporaryFile() { std::fclose(file_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    std::FILE* get() { return file_; }
    std::vector<u8> contents() {
        std::vector<u8> bytes;
        std::rewind(file_);
        for (int c; (c = std::fgetc(file_)) != EOF;) bytes.push_back(static_cast<u8>(c));
        return bytes;
    }

  private:
    std::FILE* file_;
};

struct ReadPacket {
    Packet header;
    std::vector<u8> bytes;
};

struct ReadCapture {
    std::vector<ReadPacket> packets;
    std::string error;
};

inline ReadCapture read_all(const std::vector<u8>& bytes) {
    TemporaryFile file(bytes);
    Reader reader(file.get());
    ReadCapture all;
    if (reader.open()) {
        while (const auto p = reader.next()) all.packets.push_back({*p, {p->bytes.begin(), p->bytes.end()}});
    }
    all.error = reader.error();
    return all;
}

inline std::string error_of(const std::vector<u8>& bytes) { return read_all(bytes).error; }

inline std::vector<u8> first(const std::vector<u8>& bytes, usize n) {
    return {bytes.begin(), bytes.begin() + static_cast<long>(n)};
}

// Changes up to three bytes at random, often to the values at which lengths overflow.
inline std::vector<u8> damaged(std::vector<u8> bytes, std::mt19937& random) {
    constexpr u8 kEdges[] = {0, 1, 3, 4, 0x7f, 0x80, 0xfc, 0xff};
    for (usize k = 1 + random() % 3; k > 0; k--) {
        const bool edge = random() % 2 == 0;
        bytes[random() % bytes.size()] =
            edge ? kEdges[random() % std::size(kEdges)] : static_cast<u8>(random());
    }
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    return bytes;
}

}  // namespace capture
