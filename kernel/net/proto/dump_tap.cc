#include "net/proto/dump_tap.h"

namespace net {

bool DumpTap::is_filtered() {
    platform::Guard guard(lock_);
    return static_cast<bool>(filter_);
}

// The old filter is in `filter` at the end, and is freed with the lock released.
void DumpTap::set(DumpMode mode, FilterPage filter) {
    platform::Guard guard(lock_);
    filter_ = std::move(filter);
    mode_.store(static_cast<u32>(mode), std::memory_order_relaxed);
}

bool DumpTap::chooses(Bytes frame) {
    platform::Guard guard(lock_);
    return !filter_ || filter_->matches(frame);
}

void DumpTap::see(Bytes frame) {
    if (!chooses(frame)) return;
    const TextSink console{[](void*, const char* text, usize n) { platform::print(text, n); }, nullptr};
    dump_frame(console, frame, mode());
}

}  // namespace net
