#include "net/core/receive_buffer.h"

#include "lib/string.h"

namespace net {

bool ReceiveBuffer::copy_to_end(const Mbuf& m) {
    const usize n = m.length();
    Mbuf* last = queue_.back();
    if (!last || n > last->tailroom() || last->fragment_count() || m.fragment_count()) return false;
    memcpy(last->put(n), m.data(), n);
    bytes_ += static_cast<u32>(n);
    return true;
}

void ReceiveBuffer::take(MbufQueue& out, u32 n) {
    if (n == bytes_) return out.take(queue_);
    while (n > 0 && !queue_.empty()) {
        MbufPtr m = queue_.pop_head();
        n -= m->whole_length() < n ? static_cast<u32>(m->whole_length()) : n;
        out.push_tail(std::move(m));
    }
}

void ReceiveBuffer::give_back(MbufQueue& rest, u32 n) {
    bytes_ -= n;
    if (rest.empty()) return;
    rest.take(queue_);
    queue_.take(rest);
}

void ReceiveBuffer::clear(MbufAccount& account) {
    while (MbufPtr m = queue_.pop_head()) account.give(static_cast<u32>(m->whole_count()));
    bytes_ = 0;
}

}  // namespace net
