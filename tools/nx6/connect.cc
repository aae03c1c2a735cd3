#include "tools/nx6/connect.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "tools/nx6/fail.h"

namespace nx6 {
namespace {

constexpr int kAnswerSeconds = 10;  // for OK; the daemon itself waits for 2 s
constexpr auto kPause = std::chrono::milliseconds(50);

std::string start_one(const std::string& path) {
    return "`make qemu VSOCK=" + path + "` starts one; --vsock names another";
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un a{};
    a.sun_family = AF_UNIX;
    if (path.size() >= sizeof a.sun_path)
        fail(kOwnFailure,
             path + ": a socket's path has at most " + std::to_string(sizeof a.sun_path - 1) + " bytes");
    std::memcpy(a.sun_path, path.data(), path.size());
    return a;
}

// Firecracker's handshake: CONNECT and the port, answered by OK and another port, or by the end of the
// stream.
bool shake_hands(int fd, u32 port) {
    const timeval limit{kAnswerSeconds, 0}, none{};
    const std::string request = "CONNECT " + std::to_string(port) + "\n";
    if (send(fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
        return false;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    std::string answer;  // read by single bytes: what follows the line is the guest's
    for (char c = 0; c != '\n' && answer.size() < 32; answer += c)
        if (read(fd, &c, 1) != 1) return false;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none);
    return answer.starts_with("OK ") && answer.ends_with('\n');
}

// A connection, or in `why` the reason why there is none.
Fd try_to_connect(const std::string& path, u32 port, std::string& why) {
    const sockaddr_un a = address_of(path);
    Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&a), sizeof a) < 0) {
        why = errno == ENOENT         ? "there is no guest at " + path + ": " + start_one(path)
              : errno == ECONNREFUSED ? "the guest at " + path + " has ended: " + start_one(path)
                                      : path + ": " + std::strerror(errno) + "; " + start_one(path);
        return {};
    }
    if (shake_hands(fd.get(), port)) return fd;
    why = "the guest at " + path + " does not answer on vsock port " + std::to_string(port) +
          ": if it is still booting, --wait 10 tries again; otherwise its program `agent` was not started, "
          "or killed";
    return {};
}

}  // namespace

std::string default_socket() {
    if (const char* named = std::getenv("NX6_VSOCK"); named && *named) return named;
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto path = self.parent_path().parent_path() / "vsock";
    const auto relative = path.lexically_proximate(std::filesystem::current_path(error));
    return relative.string().starts_with("..") ? path.string() : relative.string();
}

Fd connect_to_guest(const std::string& path, u32 port, int wait_seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(wait_seconds);
    for (std::string why;;) {
        if (Fd fd = try_to_connect(path, port, why)) return fd;
        if (std::chrono::steady_clock::now() >= end) fail(kOwnFailure, why);
        std::this_thread::sleep_for(kPause);
    }
}

}  // namespace nx6
