// One queue as QEMU describes it over vhost-user: where it is, its event descriptors, and whether it may run.
#pragma once

#include "tools/vsockd/loop.h"
#include "tools/vsockd/virtqueue.h"

namespace vsockd {

// A notification needs no handling of its own: it ends Loop::wait(), and all queues are looked at after that.
// The event descriptor is never read, since each write to it is an edge of its own.
class Vring final : public Handler {
  public:
    Vring(Loop& loop, const char* name) : loop_(loop), name_(name) {}
    ~Vring() override { set_kick(Fd()); }

    const char* name() const { return name_; }
    Virtqueue& queue() { return queue_; }

    // Until start() or stop(), these only note what QEMU says.
    Virtqueue::Place place;
    u16 base = 0;
    bool enabled = false;
    Fd call, error;

    // False: it is no event descriptor. An empty one removes it.
    bool set_kick(Fd kick);

    // Starts the queue, if all is known that it needs.
    void start(const GuestMemory& memory, Virtqueue::Features features);
    // Stops it. The base is then where it continues.
    void stop();
    // As before any message.
    void forget();

    // Whether the base, since the last stop(), is where the queue was stopped.
    bool continues() const { return stopped_ && base == stopped_at_; }

    // Interrupts the driver, if it wants to know what was used. True: it does.
    bool flush();
    // Reports, once, that the driver broke the queue. True: reported now.
    bool report_fault();

    void ready(u32, Instant) override {}

  private:
    Loop& loop_;
    const char* name_;
    Virtqueue queue_;
    Fd kick_;
    bool stopped_ = false;
    u16 stopped_at_ = 0;
    bool fault_reported_ = false;
};

}  // namespace vsockd
