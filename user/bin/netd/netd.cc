// netd: the network daemon. It gives programs packet channels with ports of their own (docs/netd.md), as far
// as /etc/netd.conf allows, and gets the machine's address by DHCP if it has none (boot argument ip=dhcp).
//
// init starts it, and starts it again if it ends. It needs the network control descriptor, which only init
// has.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clients.h"
#include "control.h"
#include "lease.h"
#include "manners.h"
#include "nx6.h"

namespace {

using netd::Policy;

const char kUsage[] =
    "netd      gives programs packet channels with ports of their own, as /etc/netd.conf allows\n"
    "  init starts it with the network control descriptor, which no other program has";

constexpr char kConfiguration[] = "/etc/netd.conf";

// Reads a file of fewer than `room` bytes. False: there is none, or it is longer.
bool read_file(const char* name, char* text, size_t room) {
    const int fd = open(name, O_RDONLY);
    if (fd < 0) return false;
    size_t length = 0;
    ssize_t n = 1;
    while (n > 0 && length < room) {
        n = read(fd, text + length, room - length);
        if (n > 0) length += static_cast<size_t>(n);
    }
    close(fd);
    if (n < 0 || length == room) return false;
    text[length] = '\0';
    return true;
}

// Without a file, or with a mistake in it, the standard policy holds.
Policy read_policy() {
    static char text[8192];
    if (!read_file(kConfiguration, text, sizeof text)) {
        complain("cannot read %s, or it is longer than %zu bytes: only ports from 1024 up are given out",
                 kConfiguration, sizeof text - 1);
        return Policy::standard();
    }
    Policy::Error error{};
    if (const auto policy = Policy::parse(text, error)) return *policy;
    complain("%s, line %u: %s. Until it is corrected, only ports from 1024 up are given out", kConfiguration,
             error.line, error.reason);
    return Policy::standard();
}

netd::Lease* lease;  // null: the address is not DHCP's

// True: the boot argument is ip=dhcp.
bool wants_lease() {
    char text[8];
    return bootarg("ip", text, sizeof text) == 4 && strcmp(text, "dhcp") == 0;
}

void start_lease(netd::Kernel& kernel) {
    static netd::Lease one(kernel);
    if (!wants_lease()) return;
    if (!one.start()) return complain("no DHCP: cannot open a channel: %s", strerror(errno));
    lease = &one;
}

void release_lease() {
    if (lease) lease->release();
}

// Others have taken what poll() needs.
void wait_for_memory() {
    if (errno != ENOMEM) die("poll: %s", strerror(errno));
    usleep(100'000);
}

void serve(netd::Clients& clients) {
    constexpr int kClients = netd::Clients::kPolled;
    pollfd fds[kClients + 1];
    clients.prepare(fds);
    fds[kClients] = {lease ? lease->fd() : -1, POLLIN, 0};
    if (poll(fds, kClients + 1, lease ? lease->timeout() : -1) < 0) return wait_for_memory();
    if (lease) lease->run(fds[kClients].revents);
    clients.handle(fds);
}

}  // namespace

int main(int argc, char** argv) {
    signal(SIGPIPE, SIG_IGN);  // a peer that has gone is an error of write()
    help_if_asked(argc, argv, kUsage);
    if (argc > 1) bad_usage(kUsage);
    static netd::Control control(NETCTL_DESCRIPTOR);
    if (!control.is_valid()) die("only init can start it: it needs the network control descriptor");
    static const Policy policy = read_policy();
    static netd::Service service(control, policy);
    static netd::Clients clients(service, release_lease);
    if (!clients.listen()) die("cannot listen on %s: %s", netd::kPath, strerror(errno));
    close(NETCTL_READY);
    start_lease(control);
    for (;;) serve(clients);
}
