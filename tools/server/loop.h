// One thread serves everything: it waits until a descriptor of any service is ready, and lets that service
// act.
#pragma once

#include <poll.h>

#include <span>
#include <vector>

#include "lib/types.h"

namespace server {

class Service {
  public:
    Service() = default;
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    virtual ~Service() = default;

    // Adds what the service waits for.
    virtual void watch(std::vector<pollfd>& all) = 0;
    // Gets the same entries with their results, also when none is ready (for timeouts). Never blocks.
    // `now` is in seconds and never goes back.
    virtual void serve(std::span<const pollfd> mine, i64 now) = 0;
};

// Until SIGINT, SIGTERM or SIGHUP.
void run(std::span<Service* const> services);

// Whether such a signal has come: for services with a lot to do at once.
bool ending();

}  // namespace server
