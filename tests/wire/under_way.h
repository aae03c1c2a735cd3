// The frames on the wire, in the order in which they come out of it. Those of the same moment come out in the
// order in which they went in.
#pragma once

#include <algorithm>

#include "tests/wire/direction.h"

namespace wire {

class UnderWay {
  public:
    // False: too many bytes are under way; the frame is gone.
    bool add(Arrival arrival, int end) {
        if (bytes_ + arrival.frame.size() > kMostBytes) return false;
        bytes_ += arrival.frame.size();
        heap_.push_back({std::move(arrival), end, added_++});
        std::push_heap(heap_.begin(), heap_.end(), later);
        return true;
    }

    // When the next frame comes out; Instant::never() when none is under way.
    Instant next() const { return heap_.empty() ? Instant::never() : heap_.front().arrival.when; }

    // Takes the next frame off; there must be one. Writes to `end` where it comes out.
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
    static constexpr usize kMostBytes = 256 << 20;  // a second at 100 MB/s each way, and some
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
