// Programs: each runs on a host, never blocks, and runs again when something may have changed for it.
#pragma once

#include "abi/poll.h"
#include "host.h"

namespace sim {

class Program {
  public:
    Program(Host& host, Network& network, Report& report) : host_(host), network_(network), report_(report) {}
    virtual ~Program() = default;
    virtual void run(Instant now) = 0;
    // Has it nothing more to do?
    virtual bool is_over() const = 0;
    // The host or its application is about to crash: closes all sockets.
    void end() {
        const auto on = host_.here();
        die();
    }
    // Are its sockets those of host().stack()? If not, of the kernel's.
    virtual bool is_in_application() const { return true; }
    Host& host() { return host_; }

  protected:
    virtual void die() = 0;
    // Runs again at that time.
    void run_at(Instant when) {
        network_.agenda().at(when, [this] { host_.wake(); });
    }

    Host& host_;
    Network& network_;
    Report& report_;
};

// The bytes of a stream or of a datagram: byte i of stream s is the same whenever it is asked for, and a byte
// at a wrong place is most likely another.
void fill(u64 stream, u64 offset, MutBytes to);
bool matches(u64 stream, u64 offset, Bytes what);

template <class T>
UserAddr user_address(T* p) {
    return {reinterpret_cast<uptr>(p)};
}

}  // namespace sim
