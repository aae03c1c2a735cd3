// A disk in memory that records its writes and fails on demand.
#pragma once

#include <chrono>
#include <mutex>
#include <set>
#include <vector>

#include "dev/block.h"

namespace fake {

class MemoryDisk final : public dev::BlockDevice {
  public:
    // A write of a block, or (without data) a flush.
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

    // The number of events so far; for concurrent threads.
    usize moment() {
        std::lock_guard g(mutex_);
        return events.size();
    }

    bool recording = false;
    std::vector<Event> events;  // filled while `recording`
    std::set<u32> bad_blocks;   // reads and writes of these fail
    long writes_left = -1;      // when 0, writes fail; -1: no limit
    long reads_left = -1;
    long read_requests = 0;
    std::chrono::microseconds flush_takes{0};  // lets other threads run meanwhile

  private:
    bool is_bad(u32 block) const { return block >= block_count() || bad_blocks.contains(block); }
    std::mutex mutex_;
    std::vector<u8> bytes_;
};

}  // namespace fake
