#include "session.h"

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

namespace agent {
namespace {

constexpr int kRequestSeconds = 10;  // a client that connects and sends no request is not kept
constexpr long kLingerSeconds = 5;

void set_receive_timeout(int fd, long seconds) {
    const timeval limit{seconds, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

long now_seconds() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

// Copies the request's text, with a terminating zero. False: the request is not ours, and has been refused.
bool accept_request(Channel& c, char (&text)[kMaxText + 1]) {
    const Request* head = header_of<Request>(c.in.payload());
    const bool ours = head && c.in.kind() <= Kind::Get && memcmp(head->magic, kMagic, sizeof kMagic) == 0;
    if (!ours) return refuse(c, "this port is for the program nx6, and what came is not its request"), false;
    if (const u32 version = head->version; version != kVersion) {
        refuse(c,
               "the guest's agent speaks version %u of the protocol, nx6 speaks %u: build both from one "
               "checkout",
               kVersion, version);
        return false;
    }
    const Bytes sent = c.in.payload().subspan(sizeof *head);
    if (sent.size() > kMaxText || memchr(sent.data(), 0, sent.size())) {
        refuse(c, "the command or name is longer than %zu bytes, or contains a zero byte", kMaxText);
        return false;
    }
    memcpy(text, sent.data(), sent.size());
    text[sent.size()] = '\0';
    return true;
}

bool receive_request(Channel& c, char (&text)[kMaxText + 1]) {
    set_receive_timeout(c.fd, kRequestSeconds);
    const auto got = c.in.read(c.fd);
    set_receive_timeout(c.fd, 0);
    switch (got) {
        case FrameReader::Got::Frame: return accept_request(c, text);
        case FrameReader::Got::Lost: return false;
        case FrameReader::Got::More: refuse(c, "no request came within %d s", kRequestSeconds); return false;
        case FrameReader::Got::Nonsense: break;
    }
    refuse(c, "this port is for the program nx6, and what came is not its request");
    return false;
}

}  // namespace

void refuse(Channel& c, const char* format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const usize length = static_cast<usize>(n) < sizeof text ? static_cast<usize>(n) : sizeof text - 1;
    c.out.put(Kind::Error, {reinterpret_cast<const u8*>(text), length});
    c.out.flush(c.fd);
}

void linger(int fd) {
    char discarded[4096];
    shutdown(fd, SHUT_WR);
    const long end = now_seconds() + kLingerSeconds;
    for (pollfd p{fd, POLLIN, 0}; now_seconds() < end;) {
        if (poll(&p, 1, 1000) > 0 && read(fd, discarded, sizeof discarded) <= 0) return;
    }
}

void serve(int fd, const char* shell) {
    Channel c;
    char text[kMaxText + 1];
    c.fd = fd;
    signal(SIGPIPE, SIG_IGN);  // a peer that has gone is an error of write()
    if (receive_request(c, text)) {
        const Kind kind = c.in.kind();
        c.in.next();
        if (kind == Kind::Run)
            run_command(c, shell, text);
        else if (kind == Kind::Put)
            receive_file(c, text);
        else
            send_file(c, text);
    }
    if (c.fd < 0) return;
    linger(c.fd);
    close(c.fd);
}

}  // namespace agent
