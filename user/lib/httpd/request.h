// An HTTP request (RFC 9112), taken apart. Nothing of the kernel's or the network's is here.
#pragma once

#include <stddef.h>

namespace httpd {

inline constexpr size_t kMostBody = 1 << 20;  // more is refused; less is read and thrown away

// What the server has to say about a request: a status of RFC 9110, 200 when it can be served.
struct Request {
    int status = 200;
    bool head = false;        // HEAD: the answer's header alone
    bool keep_alive = false;  // the client wants to go on afterwards
    size_t body = 0;          // that many bytes follow the header; they are of no use to us
    char path[128] = {};      // decoded, without query, beginning with '/'
};

// How long the request's header is, its empty line included; 0: the end is not there yet.
size_t header_length(const char* text, size_t n);

// A whole header of that length, which is changed on the way. Anything a stranger may send is safe here.
Request parse_request(char* text, size_t n);

const char* reason_of(int status);
const char* content_type_of(const char* path);

}  // namespace httpd
