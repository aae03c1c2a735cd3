#include "application.h"

#include "host.h"
#include "world.h"

using net::EndpointKey;
using net::platform::now;

namespace sim {
namespace {

constexpr int kOwner = 1;  // the process
constexpr usize kBatch = 8;

Ref<net::Channel> channel_of(Host& host, const ApplicationSettings& s) {
    net::Stack& kernel = host.kernel();
    return value_of(kernel.channels().create(host.interface(), kOwner, s.slots, 2 * s.slots, false));
}

}  // namespace

Application::Application(Host& host, Report& report, const ApplicationSettings& s)
    : host_(host),
      late_(s.late),
      dice_(s.seed, 4000 + host.number()),
      channel_(channel_of(host, s)),
      card_(*channel_, s.piece),
      stack_(std::make_unique<net::Stack>()) {
    channel_->set_merges_acks(s.merges_acks);
    card_.posted = [this] { flush_.set(soon()); };
    if (!stack_->add_interface(card_, {addr_of(host.number()), 24}).ok())
        report.fail("host %u: the application's stack has no interface", host.number());
    card_.start();
    watch_.waiter = this;
    (void)channel_->poll(&watch_);
}

Application::~Application() {
    channel_->unwatch(watch_);
    stack_.reset();
    channel_->close();
}

Result<u16> Application::claim(net::IpProtocol protocol, u16 port) {
    EndpointKey key{protocol, port, 0, {}, {}};
    const Result<> claimed = channel_->claim(key);
    if (!claimed.ok() && claimed.error() != Errno::Exist) return claimed.error();
    return key.local_port;
}

// --- looking at the rings

Instant Application::soon() {
    return now() + Duration{static_cast<i64>(dice_.below(static_cast<u64>(late_.ns) + 1))};
}

void Application::look_later() {
    if (!std::exchange(looks_soon_, true)) look_.set(soon());
}

void Application::look() {
    looks_soon_ = false;
    host_.wake();
    card_.reclaim();
    if (card_.receive(kBatch)) look_later();
}

void Application::flush() { card_.flush(); }

}  // namespace sim
