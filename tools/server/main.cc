// `make server`: the host's side for the guest. One service a port, all on 127.0.0.1, all in one loop.
#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "tools/server/dns_service.h"
#include "tools/server/echo.h"
#include "tools/server/http_service.h"
#include "tools/server/options.h"
#include "tools/server/sink.h"

namespace {

// Held until the program ends.
void take_lock(const char* path) {
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) server::fail(std::string(path) + ": " + std::strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        server::fail("`make server` runs already in this checkout: all guests use that one");
}

}  // namespace

int main(int argc, char** argv) {
    const server::Options o = server::parse_options(argc, argv);
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    if (o.lock) take_lock(o.lock);
    std::vector<std::unique_ptr<server::Service>> services;
    // First, so that a wrong folder is refused before anything is printed.
    if (o.http) services.push_back(std::make_unique<server::HttpService>(o.http, o.www, o.quiet));
    if (o.echo) services.push_back(std::make_unique<server::Echo>("echo", o.echo, o.quiet));
    if (o.sink) services.push_back(std::make_unique<server::Sink>("sink", o.sink, true));
    if (o.dns) services.push_back(std::make_unique<server::DnsService>("dns", o.dns, o.quiet));
    std::vector<server::Service*> all;
    for (const auto& service : services) all.push_back(service.get());
    server::run(all);
    std::puts("server: ended");
}
