// Each wrong call must return the right error, and the socket must stay usable.
#include "kit.h"

namespace nettests {

namespace {

// Never mapped for a program: the page at 0, the kernel's half, and an address between.
void* const kNullPage = nullptr;
void* const kKernelAddress = reinterpret_cast<void*>(0xffff'ffc0'8000'0000ul);
void* const kUnmapped = reinterpret_cast<void*>(0x20'0000'0000ul);

constexpr uint16 kTestPort = 2600;
constexpr int kHuge = 0x7fffffff;

bool connect_errors() {
    const Fd first(connect(setup.host, kTestPort, setup.server));
    if (!first.ok()) return fail("cannot bind port %u: %s", kTestPort, strerror(first.get()));
    return expect("a second connect of the same ports", connect(setup.host, kTestPort, setup.server),
                  -EADDRINUSE) &&
           expect("connect to port 0", connect(setup.host, 0, 0), -EINVAL) &&
           expect("connect to 0.0.0.0", connect(0, 0, setup.server), -EADDRNOTAVAIL);
}

bool length_errors(int fd) {
    static unsigned char data[UDP_MAX_PAYLOAD + 1];
    if (!expect("a write one byte too long", write(fd, data, UDP_MAX_PAYLOAD + 1), -EMSGSIZE)) return false;
    if (!expect("a write of -5 bytes", write(fd, data, -5), -EINVAL)) return false;
    if (!expect("a read of -1 bytes", read(fd, data, -1), -EINVAL)) return false;
    const int huge = write(fd, data, kHuge);
    return huge == -EINVAL || expect("a write of 2 GiB", huge, -EMSGSIZE);
}

// A read with a bad pointer must leave the datagram for the next read.
bool pointer_errors(int fd) {
    for (void* bad : {kNullPage, kKernelAddress, kUnmapped}) {
        if (!expect("a write from a bad pointer", write(fd, bad, 16), -EFAULT)) return false;
        if (!send(fd, "still here", 10)) return false;
        if (!expect("a read to a bad pointer", read(fd, bad, 16), -EFAULT)) return false;
        char back[16];
        const int n = receive(fd, back, sizeof back);
        if (n < 0) return false;
        if (n != 10 || memcmp(back, "still here", 10) != 0)
            return fail("a read to a bad pointer damaged the datagram");
    }
    return true;
}

bool descriptor_errors() {
    char byte = 0;
    int ends[2];
    if (pipe(ends) < 0) return fail("no pipe");
    const Fd reader(ends[0]), writer(ends[1]);
    const int closed = connect(setup.host, 0, setup.server);
    close(closed);
    return expect("a write to a closed socket", write(closed, &byte, 1), -EBADF) &&
           expect("a read of descriptor 99", read(99, &byte, 1), -EBADF) &&
           expect("a read of descriptor -1", read(-1, &byte, 1), -EBADF) &&
           expect("a close of a closed descriptor", close(closed), -EBADF) &&
           expect("settimeout of a pipe", settimeout(reader.get(), 10), -ENOTSOCK);
}

}  // namespace

bool test_arguments() {
    const Fd fd(open_answering_server());
    if (!fd.ok()) return false;
    return connect_errors() && length_errors(fd.get()) && pointer_errors(fd.get()) && descriptor_errors() &&
           expect("a timeout of -1 ms", settimeout(fd.get(), -1), -EINVAL) && echo(fd.get(), "unharmed", 8);
}

bool test_descriptors() {
    int fds[NOFILE];
    int n = 0, error = 0;
    while (error == 0) {
        const int fd = connect(setup.host, 0, setup.server);
        if (fd < 0)
            error = fd;
        else if (n < NOFILE)
            fds[n++] = fd;
        else
            error = fd;
    }
    for (int i = 0; i < n; i++) close(fds[i]);
    if (!expect("connect with all descriptors in use", error, -EMFILE)) return false;
    const Fd again(open_server());
    return again.ok() && echo(again.get(), "room again", 10);
}

bool test_timeout() {
    constexpr int kMs = 200;
    const Fd fd(open_server());
    if (!fd.ok()) return false;
    char byte;
    settimeout(fd.get(), kMs);
    const unsigned long start = nanouptime();
    const int n = read(fd.get(), &byte, 1);
    const unsigned long us = (nanouptime() - start) / 1000;
    if (!expect("a read that gets no answer", n, -ETIMEDOUT)) return false;
    if (us >= kMs * 1000 && us < kMs * 1000 + 800'000) return true;
    return fail("a read with a timeout of %d ms ended after %lu us", kMs, us);
}

// If kill does not wake the child, its own timeout does, and it ends with status 2.
bool test_kill() {
    const Fd fd(open_udp(setup.server, kTestPort));
    if (!fd.ok()) return false;
    settimeout(fd.get(), 5000);
    const int pid = fork();
    if (pid < 0) return fail("fork: %s", strerror(pid));
    if (pid == 0) {
        char byte;
        read(fd.get(), &byte, 1);
        exit(2);
    }
    sleep(2);  // long enough to be blocked in read
    const unsigned long start = now_ms();
    const int killed = kill(pid);
    int status = 0;
    wait(&status);
    const unsigned long ms = now_ms() - start;
    if (killed < 0) return fail("kill: %s", strerror(killed));
    if (status == 2) return fail("kill did not wake the reader; its own timeout did");
    return ms < 1000 || fail("the killed reader ended only after %lu ms", ms);
}

bool test_gateway() {
    struct ifinfo interface;
    if (ifinfo(0, &interface) < 0) return fail("there is no network interface: see the boot messages");
    if (interface.gateway == 0) return fail("%s has no gateway: see ifconfig", interface.name);
    char text[16];
    ip_text(interface.gateway, text);
    const Fd fd(pingopen(interface.gateway));
    if (!fd.ok()) return fail("pingopen(%s): %s", text, strerror(fd.get()));
    char what[48];
    snprintf(what, sizeof what, "no ICMP echo from the gateway %s", text);
    settimeout(fd.get(), kAnswerMs);
    const char data[] = "abcdefghijklmnopqrstuvwabcdefghi";
    const int sent = write(fd.get(), data, sizeof data);
    if (sent < 0) return fail_unanswered(what, sent);
    static unsigned char answer[sizeof(ping_reply) + sizeof data + 1];
    const int n = read(fd.get(), answer, sizeof answer);
    if (n < 0) return fail_unanswered(what, n);
    ping_reply reply;
    memcpy(&reply, answer, sizeof reply);
    if (n != sizeof reply + sizeof data || reply.sequence != 1) {
        return fail("%d bytes with sequence number %u came back, not %zu with 1", n, reply.sequence,
                    sizeof reply + sizeof data);
    }
    return memcmp(answer + sizeof reply, data, sizeof data) == 0 ||
           fail("the echoed data is not what was sent");
}

bool test_unreachable() {
    constexpr uint16 kNobody = 1;  // tcpmux: nobody listens there
    const Fd fd(connect(setup.host, 0, kNobody));
    if (!fd.ok()) return fail("connect: %s", strerror(fd.get()));
    settimeout(fd.get(), kAnswerMs / 2);
    char byte = 'x';
    if (!send(fd.get(), &byte, 1)) return false;
    const int n = read(fd.get(), &byte, 1);
    if (n == -ECONNREFUSED) return true;
    if (n >= 0) return fail("something answered on port %u of %s", kNobody, setup.host_text);
    if (refusal_was_dropped()) {
        note("the ICMP error came from an impossible address and was dropped");
        return true;
    }
    return fail_unanswered("no ICMP error came", n);
}

}  // namespace nettests
