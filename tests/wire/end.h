// An end of the wire: one side of QEMU's dgram netdev, or a TAP interface of this machine.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include "tests/wire/weather.h"

namespace wire {

// What is wrong, and what to do about it.
struct Problem : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class End {
  public:
    virtual ~End() = default;
    int fd() const { return fd_; }  // to poll; negative once a TAP interface is gone

    // Hands over what waits, a batch at most; false: nothing more waits. A frame's bytes are valid during the
    // call.
    using Take = std::function<void(Bytes frame)>;
    virtual bool receive(const Take& take) = 0;

    // Sends them all. Returns how many were taken: none while nobody listens there.
    virtual usize send(std::span<Frame> frames) = 0;

    // Frames that found a socket's receive buffer full, at this end or the one behind it: a loss that the
    // wire did not decide. 0 where the system does not tell.
    virtual u64 overflows() const { return 0; }

  protected:
    End() = default;
    int fd_ = -1;
};

// Opens "dgram:LOCALPORT:REMOTEPORT" or "tap:IFNAME" (made if there is none). Throws Problem.
std::unique_ptr<End> open_end(const std::string& name);

}  // namespace wire
