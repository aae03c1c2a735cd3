// What netd answers: it checks a request and the policy, and asks the kernel. It keeps no state of its own:
// who has which port, the kernel knows, so netd may be restarted at any time.
#pragma once

#include "abi/netctl.h"
#include "netd/protocol.h"
#include "policy.h"

namespace netd {

// The kernel, as netd sees it: the requests of abi/netctl.h. They return 0 or a descriptor, or an error of
// errno.h, negated. A test has its own.
class Kernel {
  public:
    virtual int create(netctl_create& c) = 0;  // returns the channel's descriptor
    virtual int claim(netctl_flow& f) = 0;
    virtual int release(netctl_flow& f) = 0;
    virtual int filter(netctl_filter& f) = 0;
    virtual int describe(int interface, netd_ip_info& info) = 0;
    virtual void close(int fd) = 0;

  protected:
    ~Kernel() = default;
};

// The program at the other end of a connection.
struct Caller {
    int pid = 0;
    char name[Policy::kNameRoom] = {};
};

struct Outcome {
    Answer answer;
    int channel = -1;  // a new one, for the program; the caller sends and closes it
};

class Service {
  public:
    Service(Kernel& kernel, const Policy& policy) : kernel_(kernel), policy_(policy) {}

    // Handles a message of n bytes that came from this program with this descriptor (-1: none), which stays
    // the caller's. ReleaseLease is not handled here: NETD_INVALID.
    Outcome handle(const Caller& from, const LongRequest& request, usize n, int channel);

  private:
    int execute(const Caller& from, const LongRequest& request, int channel, Outcome& outcome);
    int open_port(const Caller& from, const Request& r, int channel, Outcome& outcome);
    int close_port(const Request& r, int channel);
    int add_filter(const LongRequest& r, int channel, Outcome& outcome);
    int need_channel(const Caller& from, const Request& r, int given, Outcome& outcome);
    int finish(int error, Outcome& outcome);

    Kernel& kernel_;
    const Policy& policy_;
};

// The error of netd.h for one of errno.h, negated.
int netd_error_of(int error);

}  // namespace netd
