// The ioctl requests for network interfaces (abi/if.h), with good and bad arguments. Nothing is changed,
// because other tests run beside: only requests that fail, and those on lo.
#include "abi/if.h"

#include "socket_kit.h"

namespace usertests {
namespace {

bool expect_request(const char* what, int fd, unsigned request, long argument, long want) {
    char text[96];
    snprintf(text, sizeof text, "request %#x: %s", request, what);
    return expect(text, sys(kCall_ioctl, fd, request, argument), want);
}

struct sockaddr as_sockaddr(unsigned ip, unsigned short family = AF_INET) {
    struct sockaddr_in in = address_of(ip, 0);
    in.sin_family = family;
    struct sockaddr a;
    memcpy(&a, &in, sizeof a);
    return a;
}

unsigned ip_of(const struct sockaddr& a) {
    struct sockaddr_in in;
    memcpy(&in, &a, sizeof in);
    return __builtin_bswap32(in.sin_addr.s_addr);
}

struct ifreq naming(const char* name) {
    struct ifreq r = {};
    strcpy(r.ifr_name, name);
    return r;
}

constexpr unsigned kGets[] = {SIOCGIFFLAGS, SIOCGIFADDR,   SIOCGIFBRDADDR, SIOCGIFNETMASK,
                              SIOCGIFMTU,   SIOCGIFHWADDR, SIOCGIFINDEX};
constexpr unsigned kSets[] = {SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK, SIOCAIFADDR};

bool bad_pointers_and_names(int fd) {
    struct ifaliasreq nobody = {};
    memset(nobody.ifra_name, 'x', sizeof nobody.ifra_name);  // without an end
    for (const auto& list : {std::span<const unsigned>(kGets), std::span<const unsigned>(kSets)}) {
        for (const unsigned request : list) {
            for (int i = 0; i < kBadAddresses; i++) {
                const auto at = static_cast<long>(bad_addresses()[i].at);
                if (!expect_request("a bad pointer", fd, request, at, -EFAULT)) return false;
            }
            if (!expect_request("no such interface", fd, request, word(&nobody), -ENODEV)) return false;
        }
    }
    struct ifreq r = {};
    for (const int index : {0, -1, 100, 0x7fff'ffff}) {
        r.ifr_ifindex = index;
        if (!expect_request("no such number", fd, SIOCGIFNAME, word(&r), -ENODEV)) return false;
    }
    return true;
}

bool loopback(int fd) {
    struct ifreq r = naming("lo");
    for (const unsigned request : kGets) {
        if (!expect_request("lo", fd, request, word(&r), 0)) return false;
        if (request == SIOCGIFADDR && !expect("lo's address", ip_of(r.ifr_addr), kLoopback)) return false;
        if (request == SIOCGIFNETMASK && !expect("lo's mask", ip_of(r.ifr_netmask), 0xff00'0000))
            return false;
        if (request == SIOCGIFFLAGS &&
            !expect("lo's flags", r.ifr_flags, IFF_UP | IFF_RUNNING | IFF_LOOPBACK))
            return false;
    }
    const int number = r.ifr_ifindex;
    struct ifreq named = {};
    named.ifr_ifindex = number;
    if (!expect_request("lo's number", fd, SIOCGIFNAME, word(&named), 0)) return false;
    if (strcmp(named.ifr_name, "lo") != 0) return fail("interface %d is %s, not lo", number, named.ifr_name);
    r.ifr_flags = 0;
    if (!expect_request("lo down", fd, SIOCSIFFLAGS, word(&r), -EOPNOTSUPP)) return false;
    r.ifr_addr = as_sockaddr(0x0a09'0101);
    return expect_request("lo's address", fd, SIOCSIFADDR, word(&r), -EOPNOTSUPP);
}

// Impossible addresses and masks, for the interface that is likely there; without it, lo.
bool bad_addresses_and_masks(int fd) {
    struct ifreq there = naming("eth0");
    const char* name = sys(kCall_ioctl, fd, SIOCGIFINDEX, &there) == 0 ? "eth0" : "lo";
    const auto set = [&](const struct sockaddr& address, const struct sockaddr& mask, long want) {
        struct ifaliasreq r = {};
        strcpy(r.ifra_name, name);
        r.ifra_addr = address;
        r.ifra_mask = mask;
        if (strcmp(name, "lo") == 0 && want == -EADDRNOTAVAIL) want = -EOPNOTSUPP;
        return expect_request("an impossible address", fd, SIOCAIFADDR, word(&r), want);
    };
    const struct sockaddr good = as_sockaddr(0x0a09'0101), mask = as_sockaddr(0xffff'ff00);
    return set(as_sockaddr(0x0a09'0101, AF_VSOCK), mask, -EINVAL) &&
           set(good, as_sockaddr(0xffff'ff00, 0), -EINVAL) && set(good, as_sockaddr(0xff00'ff00), -EINVAL) &&
           set(good, as_sockaddr(0x0000'00ff), -EINVAL) &&
           set(as_sockaddr(0xffff'ffff), mask, -EADDRNOTAVAIL) &&
           set(as_sockaddr(0xe000'0001), mask, -EADDRNOTAVAIL) &&
           set(as_sockaddr(0x0a09'01ff), mask, -EADDRNOTAVAIL) &&
           set(as_sockaddr(kLoopback), mask, -EADDRNOTAVAIL);
}

}  // namespace

bool test_interface_requests() {
    const Fd udp{udp_socket()}, tcp{tcp_socket()},
        vsock{static_cast<int>(sys(kCall_socket, AF_VSOCK, SOCK_STREAM, 0))};
    struct ifreq r = naming("lo");
    for (const Fd* fd : {&udp, &tcp}) {
        if (!bad_pointers_and_names(fd->get()) || !loopback(fd->get())) return false;
    }
    return bad_addresses_and_masks(udp.get()) &&
           expect_request("vsock", vsock.get(), SIOCGIFADDR, word(&r), -ENOTTY) &&
           expect_request("the console", 1, SIOCGIFADDR, word(&r), -ENOTTY);
}

}  // namespace usertests
