// The names of well-known ports.
#pragma once

namespace posix {

struct Service {
    const char* name;
    int port;
    bool udp_alone;
};

// Null: there is none.
const Service* find_service(const char* name);
const Service* service_at(int port, bool udp);

}  // namespace posix
