#include "tools/server/echo.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace server {
namespace {

// The question of the nettests of xv6's network lab, and the answer that they expect.
constexpr std::string_view kXv6Question = "a message from xv6!", kXv6Answer = "this is the host!";

}  // namespace

void Echo::handle(const Peer& from, Bytes datagram) {
    unsigned count = 0, size = 0;
    const std::string head(reinterpret_cast<const char*>(datagram.data()),
                           std::min<usize>(datagram.size(), 32));
    if (std::sscanf(head.c_str(), "BURST %9u %9u", &count, &size) == 2)
        burst(from, std::min(count, 4096u), std::clamp(size, 4u, 1472u));
    else if (head == kXv6Question)
        send(from, {reinterpret_cast<const u8*>(kXv6Answer.data()), kXv6Answer.size()});
    else
        send(from, datagram);
}

// QEMU reads datagrams one by one from a socket buffer of about 200 KiB. A pause after every 64 KiB avoids
// loss there, so that only loss in the guest is measured.
void Echo::burst(const Peer& to, unsigned count, unsigned size) {
    std::array<u8, 1472> datagram{};
    unsigned since_pause = 0;
    for (u32 i = 0; i < count && !ending(); i++) {
        for (unsigned byte = 0; byte < 4; byte++) datagram[byte] = static_cast<u8>(i >> (24 - 8 * byte));
        send(to, Bytes(datagram).first(size));
        since_pause += size + 256;
        if (since_pause > 64 << 10) {
            usleep(2000);
            since_pause = 0;
        }
    }
}

}  // namespace server
