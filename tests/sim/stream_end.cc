#include "stream_end.h"

#include <algorithm>

#include "abi/socket.h"
#include "lib/errno.h"
#include "limits.h"
#include "shortage.h"

using net::Socket;

namespace sim {

StreamEnd::StreamEnd(Host& host, Network& network, Report& report, Conversation& c, u32 side, bool calm)
    : Program(host, network, report),
      conversation_(c),
      side_(side),
      me_(c.ends[side]),
      peer_(c.ends[1 - side]),
      calm_(calm) {}

void StreamEnd::set_option_bytes(int level, int name, Bytes value) {
    const auto set = with_patience([&] { return socket_->set_option(level, name, value); });
    if (!set.ok()) report_.fail("an option is refused");
}

// --- opening

void StreamEnd::take(Ref<Socket> socket, Instant now) {
    socket_ = std::move(socket);
    me_.started = true;
    me_.began = progress_ = me_.last_write = now;
    next_read_ = now + me_.late;
    set_options();
    run_at(next_read_);
    run_at(write_due());
    if (me_.abort_at) run_at(me_.began + *me_.abort_at);
    for (const End::Buffers& b : me_.buffers) run_at(me_.began + b.at);
}

void StreamEnd::connect(Instant now) {
    take(open(), now);
    apply_script(now);
    bind();
    const Errno e = with_patience([this] { return socket_->connect(server(), false); }).error();
    if (e == Errno::AddrInUse && me_.port) {
        me_.started = false;
        return close("cannot connect: its port is in use");
    }
    if (e != Errno::InProgress) return fail("connect", e);
    conversation_.client = socket_->local();
    report_.say("conversation %u: host %u connects from port %u to host %u", conversation_.id, host_.number(),
                port_of(conversation_.client), conversation_.server_host);
}

// --- the script

Instant StreamEnd::write_due() const {
    return next_write_ < me_.writes.size() ? me_.last_write + me_.writes[next_write_].pause : me_.last_write;
}

void StreamEnd::apply_script(Instant now) {
    while (next_buffers_ < me_.buffers.size() && now >= me_.began + me_.buffers[next_buffers_].at) {
        set_buffers(me_.buffers[next_buffers_++].bytes);
    }
}

void StreamEnd::run(Instant now) {
    if (me_.over) return;
    if (!socket_) return connect(now);
    if (me_.abort_at && now >= me_.began + *me_.abort_at) {
        prepare_abort();
        conversation_.reset = true;
        return close("resets the connection");
    }
    apply_script(now);
    if (!me_.shut) write(now);
    if (!me_.over) read(now);
    if (!me_.over && me_.at_end && me_.shut) close("has read and written all");
    if (!me_.over) check_patience(now);
}

void StreamEnd::write(Instant now) {
    while (next_write_ < me_.writes.size() && now >= write_due()) {
        if (!(socket_->poll(nullptr) & (POLLOUT | POLLERR | POLLHUP))) return;
        u8 bytes[16384];
        const u64 left = me_.writes[next_write_].bytes - of_this_write_;
        const usize n = std::min<u64>(left, sizeof bytes);
        fill(conversation_.stream(side_), me_.written, {bytes, n});
        me_.offered = me_.written + n;
        const auto sent = socket_->send(user_address(bytes), n, MSG_DONTWAIT, nullptr);
        if (sent.ok()) me_.written += sent.value();
        me_.offered = me_.written;
        if (sent.error() == Errno::Again || lacks_memory(sent.error())) return;
        if (!sent.ok()) return fail("write", sent.error());
        of_this_write_ += sent.value();
        progress_ = me_.last_write = now;
        if (of_this_write_ < me_.writes[next_write_].bytes) continue;
        next_write_++;
        of_this_write_ = 0;
        run_at(write_due());
    }
    if (next_write_ < me_.writes.size() || !(socket_->poll(nullptr) & (POLLOUT | POLLERR | POLLHUP))) return;
    int error = 0;
    (void)socket_->get_option(SOL_SOCKET, SO_ERROR, {reinterpret_cast<u8*>(&error), sizeof error});
    if (error) return fail("connect or write", Errno{error});
    me_.shut = true;
    if (me_.close_early) {
        conversation_.reset = true;
        return close("closes early");
    }
    report_.say("conversation %u: host %u writes no more", conversation_.id, host_.number());
    if (const auto shut = socket_->shutdown(SHUT_WR); !shut.ok()) fail("shutdown", shut.error());
}

void StreamEnd::read(Instant now) {
    while (!me_.at_end && !me_.over && now >= next_read_) {
        if (!read_once()) return;
        if (me_.read_pause.ns == 0) continue;
        next_read_ = now + me_.read_pause;
        run_at(next_read_);
    }
}

// False: there is nothing to read now.
bool StreamEnd::read_once() {
    const u32 ready = socket_->poll(nullptr);
    if (!(ready & (POLLIN | POLLERR | POLLHUP))) return false;
    u8 bytes[16384];
    const usize n = std::min(me_.read_size, sizeof bytes);
    const auto got = socket_->receive(user_address(bytes), n, MSG_DONTWAIT, nullptr);
    if (lacks_memory(got.error())) return false;
    if (got.error() == Errno::Again) {
        if (ready & POLLIN)
            report_.fail("conversation %u: poll says readable, but it is not", conversation_.id);
        return false;
    }
    if (!got.ok()) return fail("read", got.error()), false;
    progress_ = net::platform::now();
    if (got.value() == 0) return check_end_of_stream(), false;
    check_bytes({bytes, got.value()});
    me_.read += got.value();
    report_.totals.bytes += got.value();
    return true;
}

void StreamEnd::check_bytes(Bytes got) {
    if (conversation_.tangled) return;  // the peer may be the older one's
    if (!matches(conversation_.stream(1 - side_), me_.read, got))
        report_.fail("conversation %u: host %u reads wrong bytes at %lu", conversation_.id, host_.number(),
                     me_.read);
    if (me_.read + got.size() > peer_.written)
        report_.fail("conversation %u: host %u reads what was not written", conversation_.id, host_.number());
}

// --- the end

void StreamEnd::check_end_of_stream() {
    me_.at_end = true;
    report_.say("conversation %u: host %u has read all %lu bytes", conversation_.id, host_.number(),
                me_.read);
    if (!conversation_.tangled && (!peer_.shut || me_.read != peer_.written))
        report_.fail("conversation %u: host %u reads the end of the stream after %lu bytes of %lu%s",
                     conversation_.id, host_.number(), me_.read, peer_.written,
                     peer_.shut ? "" : " and more");
}

// Which errors may a program get? Without a crash, only what a reset of its peer causes; and a host that does
// not answer ARP is unreachable.
void StreamEnd::fail(const char* call, Errno error) {
    report_.say("conversation %u: %s on host %u: %s", conversation_.id, call, host_.number(),
                describe(error));
    const bool opening = me_.read == 0 && me_.written == 0 && side_ == 0;
    const bool unreachable = error == Errno::HostUnreach && opening && !calm_;
    const bool timed_out = error == Errno::TimedOut && conversation_.crashed;
    const Instant now = net::platform::now();
    const bool unheard = error == Errno::TimedOut || error == Errno::HostUnreach;
    const bool silent = unheard && may_have_given_up(conversation_, side_, now);
    const bool reset =
        is_reset(error) && (conversation_.may_fail() || may_have_given_up(conversation_, 1 - side_, now));
    report_.totals.silent += silent;
    if (!reset && !unreachable && !timed_out && !silent)
        report_.fail("conversation %u: %s on host %u: error %s", conversation_.id, call, host_.number(),
                     describe(error));
    conversation_.failed = true;
    close("ends after an error");
}

void StreamEnd::close(const char* why) {
    report_.say("conversation %u: host %u %s", conversation_.id, host_.number(), why);
    me_.shut = me_.over = true;
    if (socket_) socket_->close();
    socket_ = {};
}

void StreamEnd::check_patience(Instant now) {
    const Instant since = std::max({progress_, kStart + kHeal, next_read_, write_due()});
    if (now - since < kPatience) return;
    conversation_.failed |= has_abandoned_orphan(conversation_, 1 - side_);
    if (!conversation_.may_fail())
        report_.fail("conversation %u: host %u has made no progress for %ld s: %lu bytes read, %lu written",
                     conversation_.id, host_.number(), kPatience.ms() / 1000, me_.read, me_.written);
    close("gives up");
}

void StreamEnd::die() {
    if (me_.over || !me_.started) return;
    conversation_.crashed = true;
    close("dies");
}

}  // namespace sim
