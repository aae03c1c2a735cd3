// Requests to httpd in the guest and to the server of `make server`.
#include <cstring>

#include "../../user/bin/httpd/request.h"
#include "tests/fuzz/target.h"
#include "tools/server/http_request.h"

namespace fuzz {
namespace {

// Is this a path below the root, as httpd opens it?
bool stays_inside(const char* path) {
    if (path[0] != '/') return false;
    int depth = 0;
    for (const char* part = path; part && depth >= 0; part = std::strchr(part, '/')) {
        part++;
        const usize n = std::strcspn(part, "/");
        if (n == 2 && std::strncmp(part, "..", 2) == 0)
            depth--;

        else if (n > 0 && !(n == 1 && *part == '.'))
            depth++;
    }
    return depth >= 0;
}

void guest(std::string text) {
    const size_t n = httpd::header_length(text.data(), text.size());
    must(n <= text.size(), "a header is part of what arrived");
    if (n == 0) return;
    const httpd::Request r = httpd::parse_request(text.data(), n);
    must(r.status >= 200 && r.status < 600 && httpd::reason_of(r.status), "a status has a reason");
    must(std::memchr(r.path, 0, sizeof r.path) != nullptr, "a path ends");
    if (r.status != 200) return;
    must(stays_inside(r.path), "a path stays inside of the root");
    must(r.body <= httpd::kMostBody, "a long body is refused");
    must(httpd::content_type_of(r.path) != nullptr, "each file has a type");
}

void host(const std::string& text) {
    const server::HttpRequest r = server::parse_request(text);
    for (const std::string& part : r.path) {
        if (r.status != 200) break;
        must(part != ".." && part.find('/') == std::string::npos, "a part is a name");
    }
}

void run(Bytes input) {
    const std::string text = text_of(input);
    guest(text);
    host(text);
}

std::vector<std::string> seeds() {
    return {
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "HEAD /a%20b.html?q HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET http://host/../x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "POST /a HTTP/1.1\nHost: x\nContent-Length: 12\n\nhello, world",
        "GET /%2e%2e/%00 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\nUpgrade: x\r\n\r\n"};
}

}  // namespace

constinit const Target http = {"http", 2048, run, seeds};

}  // namespace fuzz
