#include "tools/vsockd/options.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tools/vsockd/report.h"
#include "tools/vsockd/unix_socket.h"

namespace vsockd {
namespace {

constexpr const char* kUsage =
    R"(usage: vsockd [--cid N] [--connections N] [--qemu SOCKET] [--once] [--verbose] PATH

The host's end of a guest's virtio-vsock device: a vhost-user backend for QEMU, which connects the guest's ports to
UNIX sockets, as Firecracker does. One process serves one guest. `make qemu VSOCK=PATH` starts it. Ctrl-C ends it.

  PATH              a program connects to this UNIX socket, sends "CONNECT 52\n", receives "OK 1073741824\n", and is
                    connected to port 52 of the guest. If the guest does not accept, the socket is closed.
                    When the guest connects to port 52 of the host (CID 2), vsockd connects to the UNIX socket PATH_52.
  --cid N           the guest's CID, 3 (default) or more
  --connections N   at most so many connections at a time, up to 65000 (default: 1023)
  --qemu SOCKET     QEMU connects to this UNIX socket (default: PATH.qemu)
  --once            end when QEMU disconnects, or, without QEMU, with the process that started vsockd
  --verbose         print a line for each connection that begins, ends or fails

SIGUSR1 prints the counters, which are also printed at the end. QEMU needs these arguments:

  -object memory-backend-memfd,id=mem,size=128M,share=on -machine virt,memory-backend=mem -m 128M
  -chardev socket,id=vsock,path=PATH.qemu -device vhost-user-vsock-device,chardev=vsock

nx6 is free software under the MIT license: see the file LICENSE.
)";

u32 parse_number(std::string_view option, std::string_view value, u32 least, u32 most) {
    u32 n = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
    if (error != std::errc{} || end != value.data() + value.size() || n < least || n > most)
        fail(text("%s %s is invalid: use a number from %u to %u", std::string(option).c_str(),
                  std::string(value).c_str(), least, most));
    return n;
}

// "_" and a port of ten digits are put behind PATH.
void check_path(const std::string& path, usize room) {
    if (path.size() + room > kLongestPath)
        fail(text("%s is too long for a UNIX socket: use at most %zu characters", path.c_str(),
                  kLongestPath - room));
}

}  // namespace

Options parse_options(int argc, char** argv) {
    Options o;
    for (int i = 1; i < argc; i++) {
        const std::string_view a = argv[i];
        const auto value = [&]() -> std::string_view {
            if (++i == argc) fail(std::string(a) + " needs a value (see --help)");
            return argv[i];
        };
        if (a == "--help" || a == "-h") std::exit(std::fputs(kUsage, stdout) < 0);
        // The CIDs 0 to 2 and 2^32-1 have a meaning.
        if (a == "--cid")
            o.cid = parse_number(a, value(), 3, 0xffff'fffe);
        else if (a == "--connections")
            o.connections = parse_number(a, value(), 1, 65'000);
        else if (a == "--qemu")
            o.qemu = value();
        else if (a == "--once")
            o.once = true;
        else if (a == "--verbose")
            o.verbose = true;
        else if (a.starts_with('-') || a.empty() || !o.path.empty())
            fail("unknown argument: " + std::string(a) + " (see --help)");
        else
            o.path = a;
    }
    if (o.path.empty()) fail("no PATH given (see --help)");
    if (o.qemu.empty()) o.qemu = o.path + ".qemu";
    check_path(o.path, sizeof "_4294967295" - 1);
    check_path(o.qemu, 0);
    return o;
}

}  // namespace vsockd
