// The names of well-known ports.
#pragma once

namespace posix {

struct Service {
    const char* name;
    int port;
    bool udp_alone;
};

// Null: there is no service of that name.
const Service* find_service(const char* name);

}  // namespace posix
