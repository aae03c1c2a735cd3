// The frames on the wire, ordered by arrival time; frames with the same time keep their order of entry.
#pragma once

#include <algorithm>

#include "tests/wire/direction.h"

namespace wire {

class UnderWay {
  public:
    // False: too many bytes are under way; the frame is dropped.
    bool add(Arrival arrival, int end) {
        if (bytes_ + arrival.frame.size() > kMostBytes) return false;
        bytes_ += arrival.frame.size();
        heap_.push_back({std::move(arrival), end, added_++});
        std::push_heap(heap_.begin(), heap_.end(), later);
        return true;
    }

    // The next arrival time; Instant::never() if no frame is under way.
    Instant next() const { return heap_.empty() ? Instant::never() : heap_.front().arrival.when; }

    // Removes the next frame; there must be one. Sets `end` to the end where it leaves.
    Frame take(int& end) {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        end = heap_.back().end;
        Frame frame = std::move(heap_.back().arrival.frame);
        heap_.pop_back();
        bytes_ -= frame.size();
        return frame;
    }

    usize frames() const { return heap_.size(); }

  private:
    static constexpr usize kMostBytes = 256 << 20;  // more than a second at 100 MB/s each way
    struct Entry {
        Arrival arrival;
        int end;
        u64 order;
    };
    static bool later(const Entry& a, const Entry& b) {
        return a.arrival.when != b.arrival.when ? a.arrival.when > b.arrival.when : a.order > b.order;
    }
    std::vector<Entry> heap_;
    usize bytes_ = 0;
    u64 added_ = 0;
};

}  // namespace wire
