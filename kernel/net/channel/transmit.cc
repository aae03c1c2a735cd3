// Channels: sending.
#include "lib/string.h"
#include "net/channel/channel.h"
#include "net/channel/channels.h"
#include "net/proto/inet.h"

namespace net {

void SentFrame::release() {
    if (drop_user()) channel_->frame_done(*this);
}

// --- the ring ---

void Channel::send_posted(Sender who) {
    if (unfinished_.load(std::memory_order_relaxed)) interface_.device().reclaim();
    Intake result;
    {
        platform::Guard guard(lock_);
        if (shut_.load()) return;
        if (intake_.posted() == 0 && !held_ && who != Sender::Attendant) return;
        sent_.signals += who <= Sender::Poll;
        result = take_posted_locked();
        if (result != Intake::Done) [[unlikely]]
            note_rest_locked();
        complete_finished_locked();
    }
    interface_.inet().deliver_loopback();
    if (result == Intake::Lie) {
        shut();
        return release_flows();
    }
    if (result == Intake::Full || unfinished_.load(std::memory_order_relaxed)) arm(milliseconds(1));
    if (who == Sender::Signal && !polled_.load(std::memory_order_relaxed) && !platform::on_polling_hart())
        home_.ring_poll().add(*this);
}

// As long as the device has no room, frames that are posted are no news: the timer goes on.
void Channel::note_rest_locked() {
    seen_.store(intake_.taken() + (held_ ? intake_.posted() : 0), std::memory_order_relaxed);
}

bool Channel::take_over() {
    const u32 before = seen_.load(std::memory_order_relaxed);
    send_posted(Sender::Attendant);
    return seen_.load(std::memory_order_relaxed) != before;
}

channel_kernel Channel::polled_ring() const {
    return {&memory_->transmit_ring(), memory_->transmit_slots(), memory_->slots(),
            seen_.load(std::memory_order_relaxed), 0};
}
void Channel::attend() const {
    channel_kernel ring = polled_ring();
    channel_attend(&ring);
}
bool Channel::rest() const {
    channel_kernel ring = polled_ring();
    return channel_rest(&ring);
}

// While this runs, the program need not signal. If it stops before the ring is empty, the timer goes on.
Channel::Intake Channel::take_posted_locked() {
    if (held_ && !pass_to_device_locked(*held_record_, held_, held_length_)) return Intake::Full;
    intake_.attend();
    for (u32 rounds = 0; rounds < 4; rounds++) {
        const u32 posted = intake_.posted();
        if (posted == 0) {
            if (!intake_.rest()) continue;
            seen_.store(intake_.taken(), std::memory_order_relaxed);
            return Intake::Done;
        }
        const Intake result = send_all_locked(posted);
        if (result != Intake::Done) return result;
    }
    return Intake::Full;
}

Channel::Intake Channel::send_all_locked(u32 posted) {
    {
        platform::Guard guard(ring_lock_);
        if (!intake_.is_possible(posted, outlet_.completed())) return Intake::Lie;
    }
    for (u32 left = posted; left > 0; left -= posted_.count) {
        if (!intake_.take(posted_, left)) return Intake::Lie;
        if (!send_locked()) return Intake::Full;
    }
    return Intake::Done;
}

// --- one frame ---

// Sends posted_, or completes it with an error. False: the device is full, and the frame is held.
bool Channel::send_locked() {
    SentFrame& record = frames_.at(posted_.first);
    record.begin(*this, posted_.count);
    unfinished_.fetch_add(1, std::memory_order_relaxed);
    MbufPtr m = Mbuf::alloc();
    const Result<> made = m ? make_frame_locked(record, *m) : Errno::NoBufs;
    if (!made.ok()) [[unlikely]] {
        m.reset();
        finish_locked(record, 0, made.error());
        return true;
    }
    if (pass_to_device_locked(record, m, posted_.length)) return true;
    held_ = std::move(m);
    held_record_ = &record;
    held_length_ = posted_.length;
    return false;
}

// False: the device is full; the caller keeps m.
bool Channel::pass_to_device_locked(SentFrame& record, MbufPtr& m, usize length) {
    const Result<> sent = interface_.send_whole(m);
    if (sent.error() == Errno::Again) return false;
    m.reset();
    finish_locked(record, length, sent.error());
    return true;
}

void Channel::finish_locked(SentFrame& record, usize length, Errno error) {
    switch (error) {
        case Errno::None: sent_.sent++, sent_.sent_bytes += length; break;
        case Errno::Perm: sent_.refused++; break;
        case Errno::Inval:
        case Errno::MsgSize: sent_.bad++; break;
        default: break;  // the program may send it again
    }
    record.set_error(error);
    if (!record.drop_user()) return;
    record.next = finished_;
    finished_ = &record;
}

void Channel::complete_finished_locked() {
    if (!finished_) return;
    platform::Guard guard(ring_lock_);
    for (SentFrame* f = std::exchange(finished_, nullptr); f; f = f->next) {
        unfinished_.fetch_sub(1, std::memory_order_relaxed);
        outlet_.finish(*f);
    }
    if (outlet_.complete()) pollers_.wake_all();
}

void Channel::drop_held() {
    platform::Guard guard(lock_);
    if (!held_) return;
    held_.reset();
    finish_locked(*held_record_, 0, Errno::NetDown);
    complete_finished_locked();
}

// Copies the first bytes of posted_ into m and checks them there. The rest follows as fragments.
Result<> Channel::make_frame_locked(SentFrame& record, Mbuf& m) {
    const bool cut = posted_.flags & CHANNEL_SEGMENTS;
    const usize longest = sizeof(EtherHeader) + (cut ? 65535 : interface_.mtu());
    if (posted_.unfinished || posted_.length < sizeof(EtherHeader)) return Errno::Inval;
    if (posted_.length > longest) return Errno::MsgSize;
    copy_head_locked(m);
    if (!raw_) TRY(check_.check(m.bytes(), posted_.length));
    if (posted_.flags & (CHANNEL_CHECKSUM | CHANNEL_SEGMENTS)) TRY(prepare_offload_locked(m));
    if (m.length() < posted_.length && !attach_rest_locked(record, m)) return Errno::Inval;
    return {};
}

void Channel::copy_head_locked(Mbuf& m) {
    const usize n = posted_.length < kCopied ? posted_.length : kCopied;
    const Bytes first = posted_.parts[0];
    if (first.size() < n) [[unlikely]]
        return gather_head_locked(m, n);
    memcpy(m.put(n), first.data(), n);
}

[[gnu::noinline]] void Channel::gather_head_locked(Mbuf& m, usize left) {
    for (const Bytes* part = posted_.parts; left > 0; part++) {
        const usize n = part->size() < left ? part->size() : left;
        memcpy(m.put(n), part->data(), n);
        left -= n;
    }
}

// The mbuf of a frame that is cut into segments holds the headers and nothing else.
Result<> Channel::prepare_offload_locked(Mbuf& m) {
    constexpr usize kLeastSegment = 64;
    const u32 can = interface_.device().features();
    const usize headers = tcp_headers_for_offload(m.bytes(), posted_.length);
    if (headers == 0) return Errno::Inval;
    if (!(posted_.flags & CHANNEL_SEGMENTS)) {
        if (!(can & NetDevice::kTcpChecksum)) return Errno::Inval;
        m.set_offload(Offload::TcpChecksum);
        return {};
    }
    const usize segment = posted_.segment, payload = posted_.length - headers;
    if (!(can & NetDevice::kTcpSegments) || segment < kLeastSegment || payload % segment == 0)
        return Errno::Inval;
    m.trim_to(headers);
    m.set_offload(Offload::TcpSegments, segment);
    return {};
}

// The bytes that are not in m stay in the program's pages; the record is their owner. False: too many parts.
bool Channel::attach_rest_locked(SentFrame& record, Mbuf& m) {
    usize skip = m.length();
    u32 attached = 0;
    bool fits = true;
    for (const Bytes part : std::span(posted_.parts, posted_.count)) {
        const usize here = skip < part.size() ? skip : part.size();
        skip -= here;
        if (here == part.size()) continue;
        fits = m.attach(record, part.data() + here, part.size() - here);
        if (!fits) break;
        attached++;
    }
    record.add_users(attached);
    return fits;
}

}  // namespace net
