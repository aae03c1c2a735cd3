// agent: runs commands and moves files for the host, over vsock. No network is needed. The host's side is the
// program nx6; docs/agent.md explains both.
//
// Each connection has a process of its own (agent/session.h), so one that stalls does not hold up another.
#include <errno.h>
#include <linux/vm_sockets.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "manners.h"
#include "session.h"

namespace {

const char kUsage[] =
    "agent      runs commands and moves files for the program nx6 on the host\n"
    "  init starts it when there is a vsock device (`make qemu VSOCK=PATH`)";

constexpr int kMost = 32;         // connections at a time; others wait in the listener's queue
constexpr int kReapingMs = 1000;  // a process that has ended is reaped after this time at the latest

int open_listener() {
    const int fd = socket(AF_VSOCK, SOCK_STREAM, 0);
    if (fd < 0)
        die("there is no vsock device (%s): start the guest with `make qemu VSOCK=PATH`", strerror(errno));
    sockaddr_vm here{};
    here.svm_family = AF_VSOCK;
    here.svm_port = agent::kPort;
    here.svm_cid = VMADDR_CID_ANY;
    if (bind(fd, reinterpret_cast<sockaddr*>(&here), sizeof here) < 0 || listen(fd, kMost) < 0)
        die("cannot listen on vsock port %u: %s", agent::kPort, strerror(errno));
    return fd;
}

// Returns how many processes serve a connection now.
int accept_one(int listener, int serving) {
    const int fd = accept(listener, nullptr, nullptr);
    if (fd < 0) return serving;
    const pid_t pid = fork();
    if (pid == 0) {
        close(listener);
        agent::serve(fd, "/sh");
        _exit(0);
    }
    if (pid < 0) complain("cannot start a process: %s", strerror(errno));
    close(fd);
    return serving + (pid > 0);
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    if (argc > 1) bad_usage(kUsage);
    const int listener = open_listener();
    for (int serving = 0;;) {
        pollfd p{serving < kMost ? listener : -1, POLLIN, 0};
        if (poll(&p, 1, serving ? kReapingMs : -1) < 0) die("poll: %s", strerror(errno));
        while (serving > 0 && waitpid(-1, nullptr, WNOHANG) > 0) serving--;
        if (p.revents) serving = accept_one(listener, serving);
    }
}
