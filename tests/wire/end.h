// An end of the wire: one side of QEMU's dgram netdev, or a TAP interface of the host.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include "tests/wire/weather.h"

namespace wire {

// An error message for the user.
struct Problem : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class End {
  public:
    virtual ~End() = default;
    int fd() const { return fd_; }  // for poll(); negative once a TAP interface is gone

    // Calls take for waiting frames, at most a batch. False: no more are waiting. The bytes are valid only
    // during the call.
    using Take = std::function<void(Bytes frame)>;
    virtual bool receive(const Take& take) = 0;

    // Sends the frames. Returns how many were accepted: none while no one listens at the other side.
    virtual usize send(std::span<Frame> frames) = 0;

    // Frames lost because a socket's receive buffer was full, at this end or at QEMU: losses not caused by
    // the wire. 0 if the system does not report them.
    virtual u64 overflows() const { return 0; }

  protected:
    End() = default;
    int fd_ = -1;
};

// Opens "dgram:LOCALPORT:REMOTEPORT" or "tap:IFNAME" (created if missing). Throws Problem.
std::unique_ptr<End> open_end(const std::string& name);

}  // namespace wire
