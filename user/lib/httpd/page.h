// The pages that httpd writes by itself.
#pragma once

#include <stddef.h>

namespace httpd {

// How the server itself is doing.
struct Served {
    unsigned long requests = 0, errors = 0, bytes = 0;
    int connections = 0;
};

inline constexpr size_t kPageRoom = 32 * 1024;

// Into text, at most kPageRoom bytes; how many. A page that names an error; the status of the machine and of
// its network, with every counter that has counted anything.
size_t make_error_page(char* text, int status);
size_t make_status_page(char* text, const Served& served);

}  // namespace httpd
