// Parses an HTTP request (RFC 9112). It uses neither the kernel nor the network.
#pragma once

#include <stddef.h>

namespace httpd {

inline constexpr size_t kMostBody = 1 << 20;  // a longer body is refused; others are read and discarded

// The server's decision about a request: a status of RFC 9110, 200 if it can be served.
struct Request {
    int status = 200;
    bool head = false;        // HEAD: the answer has no body
    bool keep_alive = false;  // the connection stays open afterwards
    size_t body = 0;          // length of the body, which is ignored
    char path[128] = {};      // decoded, without query, beginning with '/'
};

// The length of the request's header with its empty line; 0: it has not arrived completely.
size_t header_length(const char* text, size_t n);

// Parses a whole header of that length, and modifies the text. Safe for any input.
Request parse_request(char* text, size_t n);

const char* reason_of(int status);
const char* content_type_of(const char* path);

}  // namespace httpd
