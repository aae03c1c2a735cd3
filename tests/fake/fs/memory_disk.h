// A disk in memory that remembers what was written when, and fails on demand.
#pragma once

#include <chrono>
#include <mutex>
#include <set>
#include <vector>

#include "dev/block.h"

namespace fake {

class MemoryDisk final : public dev::BlockDevice {
  public:
    // One thing that happened: a block was written, or (no data) all before was made durable.
    struct Event {
        u32 block = 0;
        std::vector<u8> data;
        bool is_flush() const { return data.empty(); }
    };

    explicit MemoryDisk(std::vector<u8> image) : bytes_(std::move(image)) {}

    u32 block_count() const override { return static_cast<u32>(bytes_.size() / BSIZE); }
    using BlockDevice::read;
    Result<> read(std::span<const dev::BlockPart> parts) override;
    Result<> write(std::span<const dev::BlockPart> parts) override;
    Result<> flush() override;

    const std::vector<u8>& bytes() const { return bytes_; }

    // How many events there have been, for threads that run beside others.
    usize moment() {
        std::lock_guard g(mutex_);
        return events.size();
    }

    bool recording = false;
    std::vector<Event> events;  // while recording
    std::set<u32> bad_blocks;   // reads and writes of these fail
    long writes_left = -1;      // from then on writes fail; -1: for ever good
    long reads_left = -1;
    long read_requests = 0;
    std::chrono::microseconds flush_takes{0};  // so that other threads get on meanwhile

  private:
    bool is_bad(u32 block) const { return block >= block_count() || bad_blocks.contains(block); }
    std::mutex mutex_;
    std::vector<u8> bytes_;
};

}  // namespace fake
