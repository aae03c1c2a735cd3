#include "clients.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "abi/param.h"
#include "netd/message.h"
#include "nx6.h"

namespace netd {
namespace {

// The name of a process, "" if it has ended.
void name_process(Caller& c) {
    static struct procinfo all[NPROC];
    const int n = procinfo(all, NPROC);
    for (int i = 0; i < n; i++) {
        if (all[i].pid == c.pid) memcpy(c.name, all[i].name, sizeof c.name);
    }
}

bool answer(int fd, const Outcome& outcome) {
    return send_message(fd, &outcome.answer, sizeof outcome.answer, -1, MSG_DONTWAIT);
}

bool hand_over(int fd, int channel) {
    const NewChannel message;
    const bool sent = send_message(fd, &message, sizeof message, channel, MSG_DONTWAIT);
    close(channel);
    return sent;
}

}  // namespace

bool Clients::listen() {
    sockaddr_un here{};
    here.sun_family = AF_UNIX;
    memcpy(here.sun_path, kPath, sizeof kPath);
    mkdir("/run", 0755);
    unlink(kPath);  // of a netd before this one
    listener_ = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return listener_ >= 0 && bind(listener_, reinterpret_cast<sockaddr*>(&here), sizeof here) == 0 &&
           ::listen(listener_, kMost) == 0;
}

void Clients::prepare(pollfd* fds) const {
    for (int i = 0; i < kMost; i++) fds[i] = {clients_[i].fd, POLLIN, 0};
    fds[kMost] = {listener_, POLLIN, 0};
}

void Clients::handle(const pollfd* fds) {
    for (int i = 0; i < kMost; i++) {
        if (!fds[i].revents || serve(clients_[i])) continue;
        close(clients_[i].fd);
        clients_[i] = {};
    }
    if (fds[kMost].revents) accept_one();
}

int Clients::connections_of(int pid) const {
    int n = 0;
    for (const Client& c : clients_) n += c.fd >= 0 && c.caller.pid == pid;
    return n;
}

// A free place, or that of the program which has been silent longest.
Clients::Client& Clients::place() {
    Client* found = &clients_[0];
    for (Client& c : clients_) {
        if (c.fd < 0) return c;
        if (c.heard < found->heard) found = &c;
    }
    close(found->fd);
    *found = {};
    return *found;
}

void Clients::accept_one() {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    ucred peer{};
    socklen_t length = sizeof peer;
    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length);
    if (connections_of(peer.pid) == kMostEach) {
        Outcome busy;
        busy.answer.error = NETD_BUSY;
        answer(fd, busy);
        close(fd);
        return;
    }
    Client& c = place();
    c.fd = fd;
    c.caller.pid = peer.pid;
    c.heard = ++clock_;
    name_process(c.caller);
}

// Answers one request. False: the connection has ended.
bool Clients::serve(Client& c) {
    static LongRequest request;
    int channel;
    const long n = receive_message(c.fd, &request, sizeof request, channel, MSG_DONTWAIT);
    if (n < 0) return errno == EAGAIN;
    if (n == 0) return false;
    c.heard = ++clock_;
    Outcome outcome;
    if (request.head.op == Op::ReleaseLease && n == sizeof request.head) {
        release_();
    } else {
        outcome = service_.handle(c.caller, request, static_cast<usize>(n), channel);
    }
    discard(channel);
    if (outcome.channel >= 0 && !hand_over(c.fd, outcome.channel)) return false;
    return answer(c.fd, outcome);
}

}  // namespace netd
