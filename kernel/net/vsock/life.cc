// The beginning and the end of a connection, and its timers.
#include "net/vsock/engine.h"

namespace net {
namespace {

constexpr u8 kMostProbes = 3;
constexpr Duration kProbeTimeout = seconds(1);

void begin(VsockBlock& v, const VsockKey& key, VsockType type, const VsockConfig& config, Instant now) {
    v.key = key;
    v.type = type;
    v.config = config;
    v.receive.set_buffer(config.buffer);
    v.heard_at = now;
    v.deadline = now + config.connect_timeout;
}

void end(VsockBlock& v, Errno why, bool reset) {
    v.state = VsockState::Closed;
    v.error = why;
    v.due_request = v.due_response = v.due_update = v.due_credit_request = false;
    v.due_reset = reset;
    v.deadline = Instant::never();
    v.events |= kVsockEnded | kVsockReadable | kVsockWritable;
}

}  // namespace

void vsock_open_active(VsockBlock& v, const VsockKey& key, VsockType type, const VsockConfig& config,
                       Instant now) {
    begin(v, key, type, config, now);
    v.state = VsockState::Connecting;
    v.due_request = true;
}

void vsock_open_passive(VsockBlock& v, const VsockPacket& request, const VsockConfig& config, Instant now) {
    const VsockHeader& h = request.header();
    begin(v, vsock_key_of(h), request.type(), config, now);
    v.state = VsockState::Accepting;
    const bool is_known = v.type == VsockType::Stream || v.type == VsockType::SeqPacket;
    if (!is_known || v.send.hear(h.fwd_cnt, h.buf_alloc) != VsockSendCredit::Heard::Fine)
        vsock_abort(v, Errno::Proto);
}

void vsock_accept(VsockBlock& v, Instant now) {
    if (v.state != VsockState::Accepting) return;
    v.state = VsockState::Established;
    v.due_response = true;
    v.deadline = Instant::never();
    v.heard_at = now;
    v.events |= kVsockConnected;
}

void vsock_shutdown(VsockBlock& v, u32 halves) {
    if (v.state != VsockState::Established) return;
    v.shut |= halves & (VsockHeader::kNoReceive | VsockHeader::kNoSend);
    v.events |= kVsockReadable | kVsockWritable;
}

void vsock_close(VsockBlock& v, Instant now) {
    if (v.state == VsockState::Connecting || v.state == VsockState::Accepting)
        return vsock_abort(v, Errno::None);
    if (v.state != VsockState::Established) return;
    v.shut = VsockHeader::kNoReceive | VsockHeader::kNoSend;
    v.state = VsockState::Closing;
    v.deadline = now + v.config.close_timeout;
    v.receive.read(v.receive.unread());
}

void vsock_abort(VsockBlock& v, Errno why) {
    // The peer knows nothing of a connection whose REQUEST was not sent.
    if (v.state != VsockState::Closed) end(v, why, !v.due_request);
}

void vsock_fail(VsockBlock& v, Errno why) { end(v, v.state == VsockState::Closed ? v.error : why, false); }

void vsock_timers(VsockBlock& v, Instant now) {
    if (now < vsock_next_deadline(v)) return;
    if (v.state == VsockState::Closing) return vsock_abort(v, Errno::None);
    if (v.state != VsockState::Established || v.probes == kMostProbes) return vsock_abort(v, Errno::TimedOut);
    v.probes++;
    v.probed_at = now;
    v.due_credit_request = true;
}

Instant vsock_next_deadline(const VsockBlock& v) {
    if (v.state != VsockState::Established) return v.deadline;
    if (v.config.probe_interval.ns == 0) return Instant::never();
    // From the last probe, not from its deadline: a machine that was stopped may call much later.
    return v.probes == 0 ? v.heard_at + v.config.probe_interval : v.probed_at + kProbeTimeout;
}

}  // namespace net
