#include "net/tcp/send_buffer.h"

#include "lib/string.h"

namespace net {

// The last mbuf may be in a device ring; only bytes after those sent change.
bool SendBuffer::merge(const Mbuf& small) {
    Mbuf* last = queue_.back();
    if (!last || small.length() > last->tailroom()) return false;
    memcpy(last->put(small.length()), small.data(), small.length());
    return true;
}

void SendBuffer::append(MbufQueue& more) {
    for (const Mbuf* m = more.front(); m; m = MbufQueue::next(*m)) bytes_ += static_cast<u32>(m->length());
    const Mbuf* first = more.front();
    if (first->length() <= kMergeLimit && merge(*first)) more.pop_head();
    queue_.take(more);
}

void SendBuffer::drop(u32 n) {
    bytes_ -= n;
    cursor_offset_ -= n;  // wraps if the cursor's mbuf is removed below
    while (n > 0) {
        Mbuf* m = queue_.front();
        if (n < m->length()) {
            if (m == cursor_) cursor_offset_ = 0;
            m->pull(n);
            return;
        }
        n -= static_cast<u32>(m->length());
        if (m == cursor_) cursor_ = nullptr;
        queue_.pop_head();
    }
}

void SendBuffer::clear() {
    queue_.clear();
    bytes_ = 0;
    cursor_ = nullptr;
}

Mbuf* SendBuffer::seek(u32 offset, u32& within) {
    Mbuf* m = cursor_;
    u32 start = cursor_offset_;
    if (!m || offset < start) m = queue_.front(), start = 0;
    while (offset - start >= m->length()) {
        start += static_cast<u32>(m->length());
        m = MbufQueue::next(*m);
    }
    cursor_ = m;
    cursor_offset_ = start;
    within = offset - start;
    return m;
}

bool SendBuffer::put(Mbuf& segment, u32 offset, u32 n, bool gather) {
    u32 within = 0;
    for (Mbuf* m = n ? seek(offset, within) : nullptr; n > 0; m = MbufQueue::next(*m), within = 0) {
        const u32 here = static_cast<u32>(m->length()) - within;
        const u32 take = here < n ? here : n;
        if (!gather) {
            u8* to = segment.put(take);
            if (!to) return false;
            memcpy(to, m->data() + within, take);
        } else if (!segment.attach(*m, m->data() + within, take)) {
            return false;
        }
        n -= take;
    }
    return true;
}

}  // namespace net
