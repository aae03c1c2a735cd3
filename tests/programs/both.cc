// Uses both kinds of connect in one C++ program: xv6's single call, and POSIX's. `both PORT` sends itself a
// datagram with each.
#include <netinet/in.h>
#include <sys/socket.h>

#include "user.h"

namespace {

class Socket {
  public:
    explicit Socket(int fd) : fd_(fd) {}
    ~Socket() { close(fd_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    int fd() const { return fd_; }

  private:
    int fd_;
};

}  // namespace

int main(int argc, char** argv) {
    char text[16] = {};
    long port;
    if (argc != 2 || !parse_number(argv[1], 1, 65535, &port)) bad_usage("both PORT");
    const Socket receiver(socket(AF_INET, SOCK_DGRAM, 0));
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_port = htons(port);
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(receiver.fd(), reinterpret_cast<sockaddr*>(&here), sizeof here) < 0) die("bind");

    const Socket xv6(connect(0x7f000001, 0, static_cast<uint16>(port)));  // 127.0.0.1
    if (write(xv6.fd(), "xv6", 3) != 3 || read(receiver.fd(), text, sizeof text) != 3) die("xv6's connect");
    printf("%s\n", text);

    const Socket posix(socket(AF_INET, SOCK_DGRAM, 0));
    if (connect(posix.fd(), reinterpret_cast<sockaddr*>(&here), sizeof here) < 0) die("connect");
    if (send(posix.fd(), "POSIX", 5, 0) != 5 || recv(receiver.fd(), text, sizeof text, 0) != 5)
        die("POSIX's connect");
    printf("%s\n", text);
    return 0;
}
