#include "tests/wire/end.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace wire {

namespace {

constexpr usize kBatch = 64, kMostFrame = 65536;

// Shared by both directions: a frame is copied into the frames under way right after it is read.
std::array<std::array<u8, kMostFrame>, kBatch> buffers;

[[noreturn]] void fail(const std::string& what, const char* advice = "") {
    throw Problem(what + ": " + std::strerror(errno) + advice);
}

class DgramEnd final : public End {
  public:
    DgramEnd(u16 local, u16 remote) : local_(local), remote_(remote) {
        fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        const sockaddr_in here = on_loopback(local), there = on_loopback(remote);
        if (fd_ < 0 || bind(fd_, reinterpret_cast<const sockaddr*>(&here), sizeof here) < 0)
            fail("UDP port " + std::to_string(local) + " on 127.0.0.1",
                 errno == EADDRINUSE ? ": choose another port, also for QEMU" : "");
        // A connected socket receives only QEMU's frames.
        if (connect(fd_, reinterpret_cast<const sockaddr*>(&there), sizeof there) < 0)
            fail("UDP port " + std::to_string(remote) + " on 127.0.0.1");
        const int size = 32 << 20;
        if (setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
            setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size,
                       sizeof size);  // the limit for users other than root
        for (usize i = 0; i < kBatch; i++) {
            pieces_[i] = {buffers[i].data(), kMostFrame};
            incoming_[i].msg_hdr.msg_iov = &pieces_[i];
            incoming_[i].msg_hdr.msg_iovlen = 1;
        }
    }
    ~DgramEnd() override { close(fd_); }

    bool receive(const Take& take) override {
        const int n = recvmmsg(fd_, incoming_.data(), kBatch, 0, nullptr);
        // An error comes from an ICMP port unreachable: no one listens on QEMU's port.
        for (int i = 0; i < n; i++)
            take({buffers[static_cast<usize>(i)].data(), incoming_[static_cast<usize>(i)].msg_len});
        return n == static_cast<int>(kBatch);
    }

    usize send(std::span<Frame> frames) override {
        usize sent = 0;
        for (usize at = 0; at < frames.size();) {
            const usize n = std::min(kBatch, frames.size() - at);
            for (usize i = 0; i < n; i++) {
                leaving_[i] = {frames[at + i].data(), frames[at + i].size()};
                outgoing_[i].msg_hdr.msg_iov = &leaving_[i];
                outgoing_[i].msg_hdr.msg_iovlen = 1;
            }
            const int done = sendmmsg(fd_, outgoing_.data(), static_cast<unsigned>(n), 0);
            sent += done > 0 ? static_cast<usize>(done) : 0;
            at += done > 0 ? static_cast<usize>(done) : 1;  // the first frame has failed
        }
        return sent;
    }

    u64 overflows() const override {
        u64 sum = 0;
        char line[512];
        std::FILE* table = std::fopen("/proc/self/net/udp", "r");
        while (table && std::fgets(line, sizeof line, table)) {
            unsigned port = 0;
            unsigned long drops = 0;
            if (std::sscanf(line, "%*s %*8x:%x %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lu", &port, &drops) ==
                    2 &&
                (port == local_ || port == remote_))
                sum += drops;
        }
        if (table) std::fclose(table);
        return sum;
    }

  private:
    static sockaddr_in on_loopback(u16 port) {
        sockaddr_in a{};
        a.sin_family = AF_INET;
        a.sin_port = htons(port);
        a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return a;
    }
    u16 local_, remote_;
    std::array<iovec, kBatch> pieces_{}, leaving_{};
    std::array<mmsghdr, kBatch> incoming_{}, outgoing_{};
};

class TapEnd final : public End {
  public:
    explicit TapEnd(const std::string& name) {
        fd_ = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
        if (fd_ < 0) fail("/dev/net/tun", ". A TAP needs Linux and its tun module, and root.");
        ifreq request{};
        request.ifr_flags = IFF_TAP | IFF_NO_PI;
        name.copy(request.ifr_name, IFNAMSIZ - 1);
        if (ioctl(fd_, TUNSETIFF, &request) < 0)
            fail("the TAP interface " + name, errno == EPERM
                                                  ? ". Only root may make one (`unshare -rn` will do)."
                                              : errno == EBUSY ? ". Another program holds it."
                                                               : "");
    }
    ~TapEnd() override { leave(); }

    bool receive(const Take& take) override {
        for (usize i = 0; i < kBatch; i++) {
            const ssize_t n = read(fd_, buffers[0].data(), kMostFrame);
            if (n < 0 && errno == EBADFD) leave();
            if (n <= 0) return false;
            take({buffers[0].data(), static_cast<usize>(n)});
        }
        return true;
    }

    usize send(std::span<Frame> frames) override {
        usize sent = 0;
        for (const Frame& frame : frames) sent += write(fd_, frame.data(), frame.size()) > 0;
        return sent;
    }

  private:
    // Works also if the interface is gone, for example deleted with its network namespace.
    void leave() {
        if (fd_ >= 0) close(fd_);
        fd_ = -1;
    }
};

u16 port_number(const std::string& text) {
    char* end;
    const unsigned long n = std::strtoul(text.c_str(), &end, 10);
    if (text.empty() || *end || n < 1 || n > 65535)
        throw Problem("\"" + text + "\" is not a UDP port: use a number from 1 to 65535");
    return static_cast<u16>(n);
}

}  // namespace

std::unique_ptr<End> open_end(const std::string& name) {
    const usize colon = name.find(':'), second = name.find(':', colon + 1);
    const std::string kind = name.substr(0, colon);
    if (kind == "dgram" && colon != name.npos && second != name.npos)
        return std::make_unique<DgramEnd>(port_number(name.substr(colon + 1, second - colon - 1)),
                                          port_number(name.substr(second + 1)));
    if (kind == "tap" && colon != name.npos) {
        const std::string interface = name.substr(colon + 1);
        if (interface.empty() || interface.size() >= IFNAMSIZ)
            throw Problem("\"" + interface + "\" is not an interface name: use 1 to 15 characters");
        return std::make_unique<TapEnd>(interface);
    }
    throw Problem("\"" + name + "\" is not an end of a wire: use dgram:LOCALPORT:REMOTEPORT or tap:IFNAME");
}

}  // namespace wire
