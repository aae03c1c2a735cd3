#include "tools/vsockd/vring.h"

#include <unistd.h>

#include <fcntl.h>

#include "tools/vsockd/report.h"

namespace vsockd {
namespace {

void signal_event(const Fd& fd) {
    const u64 one = 1;
    // A full counter is an event that nobody has taken yet: nothing is lost.
    if (fd && write(fd.get(), &one, sizeof one) < 0) return;
}

}  // namespace

bool Vring::set_kick(Fd kick) {
    if (kick_) loop_.remove(kick_.get());
    kick_ = std::move(kick);
    if (!kick_ || loop_.add(kick_.get(), EPOLLIN, *this)) return true;
    kick_ = Fd();
    return false;
}

void Vring::start(const GuestMemory& memory, Virtqueue::Features features) {
    if (queue_.running() || !enabled || !kick_ || !place.size || !place.descriptors) return;
    fault_reported_ = false;
    queue_.start(memory, place, features, base);
}

void Vring::stop() {
    if (!queue_.running()) return;
    base = stopped_at_ = queue_.stop();
    stopped_ = true;
}

void Vring::forget() {
    set_kick(Fd());
    queue_.stop();
    place = {};
    base = 0;
    enabled = stopped_ = false;
    call = Fd();
    error = Fd();
}

bool Vring::flush() {
    const bool wanted = queue_.flush();
    if (wanted) signal_event(call);
    return wanted;
}

bool Vring::report_fault() {
    if (!queue_.broken() || fault_reported_) return false;
    fault_reported_ = true;
    say(text("the guest's %s queue ", name_) + queue_.fault() +
        ". The device does nothing until the guest resets it.");
    signal_event(error);
    return true;
}

}  // namespace vsockd
