#include "net/vsock/receive_queue.h"

namespace net {

bool VsockReceiveQueue::push_one(MbufPtr m, MbufAccount& account, MbufAccount::Claim claim) {
    if (m->length() == 0 || buffer_.merge(*m, false)) return true;
    if (account.take(1, claim)) {
        buffer_.push(std::move(m));
        return true;
    }
    return buffer_.merge(*m, true);
}

bool VsockReceiveQueue::push(MbufPtr m, u32 flags, MbufAccount& account, MbufAccount::Claim claim) {
    const u32 length = static_cast<u32>(m->chain_length());
    if (messages_ && open_) open_->length = open_->length + length;
    const bool begins = messages_ && !open_;
    if (begins) *m->push_header<Record>() = {.length = length, .flags = 0};
    const usize first = m->length();
    while (m) {
        MbufPtr rest = m->detach();
        if (!push_one(std::move(m), account, claim)) return false;
        // The record's place: the first mbuf is now the last, or at the end of the last.
        if (begins && !open_) {
            Mbuf& last = *buffer_.back();
            open_ = record_at(last.data() + last.length() - first);
        }
        m = std::move(rest);
    }
    if (messages_ && flags & VsockHeader::kEndOfMessage) {
        open_->flags = flags;
        open_ = nullptr;
        complete_++;
    }
    return true;
}

u32 VsockReceiveQueue::next_bytes() const {
    if (!messages_) return buffer_.bytes();
    return complete_ > 0 && !taken_ ? u32{record_at(buffer_.front()->data())->length} : 0;
}

VsockReceiveQueue::Piece VsockReceiveQueue::take(MbufQueue& out, u32 n) {
    Piece p{.bytes = n < buffer_.bytes() ? n : buffer_.bytes()};
    if (messages_) {
        const Record& r = *record_at(buffer_.front()->data());
        p = {.bytes = r.length, .before = sizeof r, .flags = r.flags};
    }
    taken_ = true;
    buffer_.take(out, p.before + p.bytes);
    return p;
}

void VsockReceiveQueue::give_back(MbufQueue& rest, u32 used) {
    taken_ = false;
    if (messages_ && used > 0) complete_--;
    buffer_.give_back(rest, used);
}

void VsockReceiveQueue::clear(MbufAccount& account) {
    buffer_.clear(account);
    complete_ = 0;
    open_ = nullptr;
}

}  // namespace net
