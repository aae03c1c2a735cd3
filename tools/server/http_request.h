// The head of an HTTP request (RFC 9112): what is asked for, or the status to refuse it with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/types.h"

namespace server {

inline constexpr usize kMaxRequest = 4096;  // bytes of a head

struct HttpRequest {
    int status = 200;    // anything else: refuse
    bool head = false;   // HEAD: no body in the answer
    std::string target;  // as it was sent
    // The decoded path, split at its slashes. No part is empty, begins with a dot, or contains a slash or a
    // zero byte.
    std::vector<std::string> path;
};

// Where the head ends: behind its empty line. npos while that has not come.
usize end_of_head(std::string_view received);

HttpRequest parse_request(std::string_view head);

}  // namespace server
