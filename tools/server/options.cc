#include "tools/server/options.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "tools/server/common.h"

namespace server {
namespace {

constexpr const char* kUsage =
    R"(usage: server [--port N] [--dns N] [--sink N] [--http N --www FOLDER] [--lock FILE] [--quiet]

The host's side for nx6: what nettests, wget and other programs in the guest talk to. `make server` starts it on
ports that the guest knows. All ports are on 127.0.0.1, which the guest reaches as 10.0.2.2. A port that is not
given is not served. Ctrl-C ends the server.

  --port N      UDP echo: sends back each datagram. Two datagrams are answered differently:
                "BURST n size" by n datagrams of size bytes, each beginning with its number (4 bytes, big-endian);
                "a message from xv6!" by "this is the host!", as xv6's nettests expect
  --dns N       DNS: answers for nx6.test, all names below it, and pdos.csail.mit.edu
  --sink N      UDP: counts datagrams; "COUNT?" is answered with the number since the last time
  --http N      HTTP: GET and HEAD of the files in FOLDER, and lists of its folders. Symbolic links and names
                that begin with a dot are not served
  --www FOLDER  the folder for --http
  --lock FILE   keeps FILE locked while the server runs, so that `make qemu` knows that these ports are in use
  --quiet       does not print what comes in

nx6 is free software under the MIT license: see the file LICENSE.
)";

int parse_port(std::string_view option, const char* text) {
    int port = 0;
    const char* end = text + std::strlen(text);
    if (auto [p, error] = std::from_chars(text, end, port);
        error != std::errc{} || p != end || port < 1 || port > 65535)
        fail(std::string(option) + " " + text + " is invalid: use a port from 1 to 65535");
    return port;
}

}  // namespace

Options parse_options(int argc, char** argv) {
    Options o;
    const struct {
        std::string_view name;
        int* port;
        const char** text;
    } known[] = {{"--port", &o.echo, nullptr}, {"--dns", &o.dns, nullptr}, {"--sink", &o.sink, nullptr},
                 {"--http", &o.http, nullptr}, {"--www", nullptr, &o.www}, {"--lock", nullptr, &o.lock}};
    for (int i = 1; i < argc; i++) {
        const std::string_view a = argv[i];
        if (a == "--help" || a == "-h") std::exit(std::fputs(kUsage, stdout) < 0);
        if (a == "--quiet") {
            o.quiet = true;
            continue;
        }
        const auto* option = std::begin(known);
        while (option != std::end(known) && option->name != a) option++;
        if (option == std::end(known)) fail("unknown option: " + std::string(a) + " (see --help)");
        if (++i == argc) fail(std::string(a) + " needs a value (see --help)");
        if (option->port) *option->port = parse_port(a, argv[i]);
        if (option->text) *option->text = argv[i];
    }
    if (!o.echo && !o.dns && !o.sink && !o.http)
        fail("no port given (see --help; `make server` chooses free ones)");
    if (o.http && !o.www) fail("--http needs --www FOLDER (see --help)");
    return o;
}

}  // namespace server
