// ioctl: each request, at each kind of file, with good and bad arguments.
#include "abi/ioctl.h"
#include "abi/vm_sockets.h"
#include "socket_kit.h"

namespace usertests {
namespace {

constexpr unsigned kUnknown = 0x5412;  // Linux's TIOCSTI
constexpr unsigned kCid = IOCTL_VM_SOCKETS_GET_LOCAL_CID;

// One descriptor of each kind of file.
struct Kinds {
    Fd file{open("/README", O_RDONLY)}, console{open("/console", O_RDWR)},
        dev_vsock{open("/dev/vsock", O_RDONLY)};
    Fd udp{udp_socket()}, vsock{static_cast<int>(sys(kCall_socket, AF_VSOCK, SOCK_STREAM, 0))};
    Pipe pipe;
    Stream stream;
    bool ok() const {
        const bool open = file.ok() && console.ok() && dev_vsock.ok() && udp.ok() && vsock.ok();
        return pipe.ok() && stream.ok() && (open || fail("cannot open one descriptor of each kind"));
    }
};

bool expect_request(const char* what, int fd, unsigned request, long argument, long want) {
    char text[80];
    snprintf(text, sizeof text, "request %#x to %s", request, what);
    return expect(text, sys(kCall_ioctl, fd, request, argument), want);
}

// Requests that a kind of file does not have.
bool unknown_requests(const Kinds& k) {
    int n = 0;
    const struct {
        const char* what;
        int fd;
        unsigned request;
    } kCases[] = {
        {"a file", k.file.get(), kUnknown},
        {"a file", k.file.get(), TIOCGPGRP},
        {"a file", k.file.get(), TCGETS},
        {"a pipe", k.pipe.reader(), TIOCSWINSZ},
        {"a pipe", k.pipe.reader(), kUnknown},
        {"a pipe", k.pipe.reader(), kCid},
        {"the console", k.console.get(), kUnknown},
        {"the console", k.console.get(), kCid},
        {"/dev/vsock", k.dev_vsock.get(), FIONREAD},
        {"/dev/vsock", k.dev_vsock.get(), TIOCSPGRP},
        {"UDP", k.udp.get(), kUnknown},
        {"TCP", k.stream.client.get(), kCid},
        {"vsock", k.vsock.get(), kUnknown},
        {"vsock", k.vsock.get(), TIOCGPGRP},
    };
    for (const auto& c : kCases) {
        if (!expect_request(c.what, c.fd, c.request, word(&n), -ENOTTY)) return false;
    }
    return expect_request("a closed descriptor", 1000, FIONREAD, word(&n), -EBADF) &&
           expect_request("descriptor -1", -1, FIONBIO, word(&n), -EBADF) &&
           expect_request("a TCP listener", k.stream.listening.get(), FIONREAD, word(&n), -EINVAL);
}

bool bad_pointers(const Kinds& k) {
    for (int i = 0; i < kBadAddresses; i++) {
        const auto at = static_cast<long>(bad_addresses()[i].at);
        if (!expect_request("a pipe", k.pipe.reader(), FIONREAD, at, -EFAULT) ||
            !expect_request("the console", k.console.get(), FIONREAD, at, -EFAULT) ||
            !expect_request("the console", k.console.get(), TIOCGPGRP, at, -EFAULT) ||
            !expect_request("the console", k.console.get(), TIOCSPGRP, at, -EFAULT) ||
            !expect_request("the console", k.console.get(), TCGETS, at, -EFAULT) ||
            !expect_request("the console", k.console.get(), TCSETS, at, -EFAULT) ||
            !expect_request("the console", k.console.get(), TIOCGWINSZ, at, -EFAULT) ||
            !expect_request("the console", k.console.get(), TIOCSWINSZ, at, -EFAULT) ||
            !expect_request("UDP", k.udp.get(), FIONREAD, at, -EFAULT) ||
            !expect_request("TCP", k.stream.client.get(), FIONREAD, at, -EFAULT) ||
            !expect_request("vsock", k.vsock.get(), kCid, at, -EFAULT) ||
            !expect_request("/dev/vsock", k.dev_vsock.get(), kCid, at, -EFAULT) ||
            !expect_request("a file", k.file.get(), FIONBIO, at, -EFAULT))
            return false;
    }
    return true;
}

bool readable(const char* what, int fd, int want) {
    int n = -1;
    return expect_request(what, fd, FIONREAD, word(&n), 0) && expect(what, n, want);
}

bool readable_bytes(const Kinds& k) {
    if (!readable("an empty pipe", k.pipe.reader(), 0) ||
        !readable("an idle stream", k.stream.server.get(), 0) ||
        !readable("UDP without a datagram", k.udp.get(), 0) ||
        !readable("a new vsock socket", k.vsock.get(), 0))
        return false;
    write(k.pipe.writer(), "abc", 3);
    write(k.pipe.writer(), "de", 2);
    bind_to(k.udp.get(), kLoopback, 0);
    const sockaddr_in here = address_of(kLoopback, static_cast<unsigned>(port_of(k.udp.get())));
    sys(kCall_sendto, k.udp.get(), "four", 4, 0, &here, sizeof here);
    sys(kCall_sendto, k.udp.get(), "second", 6, 0, &here, sizeof here);
    write(k.stream.client.get(), "abc", 3);
    ready_for(k.stream.server.get(), POLLIN, 1000);
    ready_for(k.udp.get(), POLLIN, 1000);
    return readable("the reading end of a pipe", k.pipe.reader(), 5) &&
           readable("the writing end of a pipe", k.pipe.writer(), 5) &&
           readable("a stream with 3 bytes", k.stream.server.get(), 3) &&
           readable("UDP: the first of two datagrams", k.udp.get(), 4);
}

bool nonblocking(const Kinds& k) {
    char byte;
    int on = 1, off = 0;
    const int fd = k.vsock.get();
    return expect_request("a pipe", k.pipe.reader(), FIONBIO, word(&on), 0) &&
           expect("read() of an empty pipe after FIONBIO", read(k.pipe.reader(), &byte, 1), -EAGAIN) &&
           expect_request("vsock", fd, FIONBIO, word(&on), 0) &&
           expect("its flags", sys(kCall_fcntl, fd, F_GETFL, 0), O_RDWR | O_NONBLOCK) &&
           expect_request("vsock", fd, FIONBIO, word(&off), 0) &&
           expect("its flags after FIONBIO 0", sys(kCall_fcntl, fd, F_GETFL, 0), O_RDWR);
}

bool foreground_group(const Kinds& k) {
    const int fd = k.console.get();
    int group = -1, none = 0, negative = -1, nobody = 2'000'000'000;
    return expect_request("the console", fd, TIOCGPGRP, word(&group), 0) &&
           expect_request("the console, group -1", fd, TIOCSPGRP, word(&negative), -EINVAL) &&
           expect_request("the console, no such group", fd, TIOCSPGRP, word(&nobody), -EPERM) &&
           expect_request("the console, no group", fd, TIOCSPGRP, word(&none), 0) &&
           expect_request("the console, as before", fd, TIOCSPGRP, word(&group), 0);
}

bool local_cid(const Kinds& k) {
    unsigned device = 0, socket = 1;
    return expect_request("/dev/vsock", k.dev_vsock.get(), kCid, word(&device), 0) &&
           expect_request("vsock", k.vsock.get(), kCid, word(&socket), 0) &&
           expect("the socket's CID", socket, device);
}

}  // namespace

bool test_requests() {
    const Kinds k;
    return k.ok() && unknown_requests(k) && bad_pointers(k) && nonblocking(k) && readable_bytes(k) &&
           foreground_group(k) && local_cid(k);
}

}  // namespace usertests
