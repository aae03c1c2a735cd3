// The programs that are connected to /run/netd.
#pragma once

#include <poll.h>

#include "netd/service.h"

namespace netd {

// One thread; nothing here waits for a program. A request is answered at once; a program that does not take
// its answer is disconnected.
class Clients {
  public:
    static constexpr int kMost = 32;
    static constexpr int kPolled = kMost + 1;  // and the listener

    // Executes a ReleaseLease.
    using ReleaseLease = void (*)();

    Clients(Service& service, ReleaseLease release) : service_(service), release_(release) {}

    // Makes /run/netd. False: errno says why.
    bool listen();

    // Fills in what to wait for, and handles what poll() has found.
    void prepare(pollfd* fds) const;  // kPolled of them
    void handle(const pollfd* fds);

  private:
    struct Client {
        int fd = -1;
        Caller caller;
    };
    void accept_one();
    bool serve(const Client& c);

    Service& service_;
    const ReleaseLease release_;
    int listener_ = -1;
    Client clients_[kMost];
};

}  // namespace netd
