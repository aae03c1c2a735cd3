// The programs that are connected to /run/netd.
#pragma once

#include <poll.h>

#include "service.h"

namespace netd {

// One thread; nothing here waits for a program. A request is answered at once; a program that does not take
// its answer is disconnected. When all places are taken, the program that has been silent longest is
// disconnected: its next call connects again. So no program can keep the others away.
class Clients {
  public:
    static constexpr int kMost = 32;
    static constexpr int kMostEach = 4;        // of one process; a further one learns that netd is busy
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
        unsigned long heard = 0;  // the value of clock_ at its last request, or when it connected
    };
    void accept_one();
    int connections_of(int pid) const;
    Client& place();
    bool serve(Client& c);

    Service& service_;
    const ReleaseLease release_;
    int listener_ = -1;
    unsigned long clock_ = 0;  // counts requests and connections
    Client clients_[kMost];
};

}  // namespace netd
