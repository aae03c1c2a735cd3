#include "net/tcp/receive_buffer.h"

#include "lib/string.h"
#include "net/proto/inet.h"

namespace net {

void ReceiveBuffer::append(Inet& inet, MbufPtr m) {
    const usize n = m->length();
    bytes_ += static_cast<u32>(n);
    Mbuf* last = queue_.back();
    if (n > kMergeLimit || !last || n > last->tailroom()) return queue_.push_tail(std::move(m));
    memcpy(last->put(n), m->data(), n);
    inet.release_queued(1);
}

void ReceiveBuffer::take(MbufQueue& out, u32 n) {
    while (n > 0 && !queue_.empty()) {
        MbufPtr m = queue_.pop_head();
        n -= m->length() < n ? static_cast<u32>(m->length()) : n;
        out.push_tail(std::move(m));
    }
}

void ReceiveBuffer::give_back(MbufQueue& rest, u32 n) {
    bytes_ -= n;
    rest.take(queue_);
    queue_.take(rest);
}

void ReceiveBuffer::clear(Inet& inet) {
    inet.release_queued(queue_.size());
    queue_.clear();
    bytes_ = 0;
}

}  // namespace net
