#include "shrink.h"

#include <algorithm>
#include <numeric>

namespace sim {
namespace {

using Indices = std::vector<usize>;

class Shrinking {
  public:
    Shrinking(const Scenario& whole, const std::function<bool(const Scenario&)>& fails)
        : whole_(whole), fails_(fails), kept_(whole.elements.size()) {
        std::iota(kept_.begin(), kept_.end(), 0);
    }

    Indices run() {
        drop_conversations();
        // Delta debugging: runs of elements, first long ones, then single ones, until nothing can be left
        // out.
        for (usize size = kept_.size() / 2; size > 0; size = size == 1 && drop_runs(1) ? 1 : size / 2) {
            if (size > 1) drop_runs(size);
        }
        return kept_;
    }

  private:
    bool try_without(const std::function<bool(usize position)>& dropped) {
        Indices rest;
        for (usize i = 0; i < kept_.size(); i++) {
            if (!dropped(i)) rest.push_back(kept_[i]);
        }
        if (rest.size() == kept_.size() || !fails_(only(whole_, rest))) return false;
        kept_ = rest;
        return true;
    }

    void drop_conversations() {
        u32 most = 0;
        for (const Element& e : whole_.elements) most = std::max(most, e.id);
        for (u32 id = 1; id <= most; id++)
            try_without([&](usize i) { return whole_.elements[kept_[i]].id == id; });
    }

    bool drop_runs(usize size) {
        bool any = false;
        for (usize at = 0; at < kept_.size();) {
            const bool dropped = try_without([&](usize i) { return i >= at && i < at + size; });
            any |= dropped;
            if (!dropped) at += size;
        }
        return any;
    }

    const Scenario& whole_;
    const std::function<bool(const Scenario&)>& fails_;
    Indices kept_;
};

}  // namespace

Scenario only(const Scenario& whole, const Indices& indices) {
    Scenario s{whole.seed, {}};
    for (usize i : indices) {
        if (i < whole.elements.size()) s.elements.push_back(whole.elements[i]);
    }
    return s;
}

Indices shrink(const Scenario& whole, const std::function<bool(const Scenario&)>& fails) {
    return Shrinking(whole, fails).run();
}

}  // namespace sim
