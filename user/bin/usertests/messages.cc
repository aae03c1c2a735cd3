// sendmsg, recvmsg, readv, writev and socketpair with every kind of wrong argument. A descriptor that could
// not be handed over must not stay open: the suite counts them.
#include "abi/uio.h"
#include "socket_kit.h"

namespace usertests {
namespace {

struct Ends {
    int fd[2] = {-1, -1};
    explicit Ends(int type) { sys(kCall_socketpair, AF_UNIX, type, 0, fd); }
    ~Ends() { close(fd[0]), close(fd[1]); }
    Ends(const Ends&) = delete;
    Ends& operator=(const Ends&) = delete;
};

struct Control {
    cmsghdr header{sizeof(cmsghdr) + sizeof(int), SOL_SOCKET, SCM_RIGHTS};
    int fd = 1, padding = 0;
};

bool fault(const char* name, const BadAddress& bad, long got) {
    char what[80];
    snprintf(what, sizeof what, "%s at %#lx (%s)", name, bad.at, bad.what);
    return expect(what, got, -EFAULT);
}

// A header, its ranges, what is in them, and the control data.
bool sends_from(const BadAddress& bad, const Ends& e) {
    const long at = static_cast<long>(bad.at);
    iovec good{const_cast<char*>("text"), 4}, wrong[2] = {good, {pointer(bad.at), 4}};
    msghdr m{nullptr, 0, &good, 1, nullptr, 0, 0}, ranges = m, bytes = m, control = m;
    ranges.msg_iov = static_cast<iovec*>(pointer(bad.at));
    bytes.msg_iov = wrong, bytes.msg_iovlen = 2;
    control.msg_control = pointer(bad.at), control.msg_controllen = sizeof(Control);
    const int fd = e.fd[0];
    return fault("sendmsg()", bad, sys(kCall_sendmsg, fd, at, 0)) &&
           fault("sendmsg()'s ranges", bad, sys(kCall_sendmsg, fd, &ranges, 0)) &&
           fault("sendmsg()'s bytes", bad, sys(kCall_sendmsg, fd, &bytes, 0)) &&
           (bad.at == 0 || fault("sendmsg()'s control data", bad, sys(kCall_sendmsg, fd, &control, 0))) &&
           fault("writev()", bad, sys(kCall_writev, fd, at, 2)) &&
           fault("writev()'s bytes", bad, sys(kCall_writev, fd, wrong, 2)) &&
           fault("socketpair()", bad, sys(kCall_socketpair, AF_UNIX, SOCK_STREAM, 0, at));
}

// A message that could not be copied stays; one whose control data could not be copied is gone, and its
// descriptor is closed.
bool receives_at(const BadAddress& bad, const Ends& e) {
    const long at = static_cast<long>(bad.at);
    char room[8];
    Control rights;
    iovec text{const_cast<char*>("text"), 4}, good{room, 8}, wrong[2] = {{room, 1}, {pointer(bad.at), 7}};
    msghdr m{nullptr, 0, &text, 1, &rights, sizeof rights, 0}, bytes = m, control = m;
    bytes.msg_iov = wrong, bytes.msg_iovlen = 2;
    control.msg_iov = &good, control.msg_control = pointer(bad.at);
    if (!expect("sendmsg() with a descriptor", sys(kCall_sendmsg, e.fd[0], &m, 0), 4)) return false;
    return fault("recvmsg()", bad, sys(kCall_recvmsg, e.fd[1], at, 0)) &&
           fault("recvmsg()'s bytes", bad, sys(kCall_recvmsg, e.fd[1], &bytes, 0)) &&
           fault("readv()", bad, sys(kCall_readv, e.fd[1], at, 2)) &&
           fault("readv()'s bytes", bad, sys(kCall_readv, e.fd[1], wrong, 2)) &&
           (bad.at == 0 ? expect("recvmsg() without room for descriptors",
                                 sys(kCall_recvmsg, e.fd[1], &control, 0), 4)
                        : fault("recvmsg()'s control data", bad, sys(kCall_recvmsg, e.fd[1], &control, 0)));
}

bool numbers() {
    const Ends e(SOCK_STREAM);
    char room[4];
    iovec two[2] = {{room, 4}, {room, ~0ul}};
    msghdr many{nullptr, 0, two, UIO_MAXIOV + 1, nullptr, 0, 0}, around = many, name = many,
                                                                 long_control = many;
    around.msg_iovlen = 2;
    name.msg_iovlen = long_control.msg_iovlen = 1;
    name.msg_name = two, name.msg_namelen = 500;
    long_control.msg_control = two, long_control.msg_controllen = 1 << 20;
    const int fd = e.fd[0];
    return expect("sendmsg() of too many ranges", sys(kCall_sendmsg, fd, &many, 0), -EMSGSIZE) &&
           expect("recvmsg() of too many ranges", sys(kCall_recvmsg, fd, &many, 0), -EMSGSIZE) &&
           expect("sendmsg() of too many bytes", sys(kCall_sendmsg, fd, &around, 0), -EINVAL) &&
           expect("recvmsg() of too many bytes", sys(kCall_recvmsg, fd, &around, 0), -EINVAL) &&
           expect("sendmsg() with a long address", sys(kCall_sendmsg, fd, &name, 0), -EINVAL) &&
           expect("sendmsg() with much control data", sys(kCall_sendmsg, fd, &long_control, 0), -ENOBUFS) &&
           expect("writev() of -1 ranges", sys(kCall_writev, fd, two, -1), -EINVAL) &&
           expect("readv() of 257 ranges", sys(kCall_readv, fd, two, 257), -EINVAL) &&
           expect("readv() of no descriptor", sys(kCall_readv, -1, two, 1), -EBADF) &&
           expect("writev() of no ranges", sys(kCall_writev, fd, two, 0), 0) &&
           expect("socketpair() of type 77", sys(kCall_socketpair, AF_UNIX, 77, 0, two), -EINVAL) &&
           expect("socketpair() of family 99", sys(kCall_socketpair, 99, SOCK_STREAM, 0, two), -EAFNOSUPPORT);
}

// Descriptors go over AF_UNIX only, and only those that are open.
bool rights() {
    const Ends e(SOCK_STREAM);
    const Fd udp(udp_socket());
    Control c;
    iovec text{const_cast<char*>("text"), 4};
    msghdr m{nullptr, 0, &text, 1, &c, sizeof c, 0};
    if (!expect("SCM_RIGHTS over UDP", sys(kCall_sendmsg, udp.get(), &m, 0), -EINVAL)) return false;
    c.fd = -1;
    return expect("SCM_RIGHTS with -1", sys(kCall_sendmsg, e.fd[0], &m, 0), -EBADF);
}

}  // namespace

bool test_messages() {
    const Ends messages(SOCK_SEQPACKET);
    if (messages.fd[0] < 0) return fail("socketpair()");
    for (int i = 0; i < kBadAddresses; i++) {
        const BadAddress& bad = bad_addresses()[i];
        if (!sends_from(bad, messages) || !receives_at(bad, messages)) return false;
    }
    return numbers() && rights();
}

}  // namespace usertests
