#include "tools/server/common.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace server {

void fail(const std::string& what) {
    std::fprintf(stderr, "server: %s\n", what.c_str());
    std::exit(1);
}

std::string printable(std::string_view text, usize most) {
    std::string shown(text.substr(0, most));
    for (char& c : shown) c = c >= ' ' && c < 0x7f ? c : '.';
    return text.size() > most ? shown + "..." : shown;
}

Fd bound_socket(const char* name, int type, int port) {
    Fd fd(socket(AF_INET, type, 0));
    sockaddr_in local{};
    local.sin_family = AF_INET;
    local.sin_port = htons(static_cast<u16>(port));
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);  // no other machine reaches it
    const int on = 1;
    if (type == SOCK_STREAM) setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (!fd || bind(fd.get(), reinterpret_cast<sockaddr*>(&local), sizeof local) < 0)
        fail(std::string(name) + " port " + std::to_string(port) + " on 127.0.0.1: " + std::strerror(errno) +
             (errno == EADDRINUSE ? ". Run `make server` again: it chooses another. Then restart the guest."
                                  : ""));
    fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    std::printf("%-5s on 127.0.0.1:%d\n", name, port);
    return fd;
}

}  // namespace server
