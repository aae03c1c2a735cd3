// Where received frames are printed: the mode, and a filter that chooses the frames. Off, it costs a load and
// a branch for each frame.
#pragma once

#include <atomic>

#include "net/core/filter_page.h"
#include "net/dump/dump.h"

namespace net {

class DumpTap {
  public:
    DumpMode mode() const { return static_cast<DumpMode>(mode_.load(std::memory_order_relaxed)); }
    bool on() const { return mode() != DumpMode::Off; }
    bool is_filtered();

    // Without a filter, every frame is printed. Any thread, no lock held.
    void set(DumpMode mode, FilterPage filter = {});

    // Prints the frame, if the filter chooses it. Any thread, no lock held.
    void see(Bytes frame);

  private:
    bool chooses(Bytes frame);

    std::atomic<u32> mode_{static_cast<u32>(DumpMode::Off)};
    // Held while the filter runs, because set() frees it; not while the frame is printed.
    platform::Lock lock_{LockRank::Dump, "dump"};
    FilterPage filter_ GUARDED_BY(lock_);
};

}  // namespace net
