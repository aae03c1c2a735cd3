#include "tools/vsockd/unix_socket.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "tools/vsockd/report.h"

namespace vsockd {
namespace {

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), std::min(path.size(), kLongestPath));
    return address;
}

Fd new_socket() { return Fd(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }

std::string folder_of(const std::string& path) {
    const usize slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

// Removes a socket that an earlier vsockd of this user left behind.
void remove_stale(const std::string& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) < 0) return;
    if (!S_ISSOCK(status.st_mode)) fail(path + " exists and is not a socket: use another name");
    if (status.st_uid != geteuid()) fail(path + " belongs to another user: use another name");
    if (connect_to(path) || errno != ECONNREFUSED)
        fail(path + " is in use by another program: use another name, or end that program");
    unlink(path.c_str());
}

}  // namespace

Fd connect_to(const std::string& path) {
    if (path.size() > kLongestPath) return errno = ENAMETOOLONG, Fd();
    Fd fd = new_socket();
    const sockaddr_un address = address_of(path);
    if (fd && connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) fd = Fd();
    return fd;
}

ListeningSocket::ListeningSocket(std::string path, mode_t mode) : path_(std::move(path)), fd_(new_socket()) {
    // Locked, so that of two that start at the same time, none removes the other's new socket.
    const Fd folder(open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) fail(folder_of(path_) + why(errno) + ". Use a folder that exists.");
    flock(folder.get(), LOCK_EX);
    remove_stale(path_);
    const sockaddr_un address = address_of(path_);
    const mode_t mask = umask(0777);
    umask(mode ? ~mode & 0777 : mask);
    const bool bound =
        fd_ && bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    const int error = errno;
    umask(mask);
    if (!bound || listen(fd_.get(), SOMAXCONN) < 0 || lstat(path_.c_str(), &identity_) < 0)
        fail(path_ + why(bound ? errno : error) + ". Use a folder in which you may create files.");
}

ListeningSocket::~ListeningSocket() {
    struct stat now {};
    if (lstat(path_.c_str(), &now) == 0 && now.st_dev == identity_.st_dev && now.st_ino == identity_.st_ino)
        unlink(path_.c_str());
}

Fd ListeningSocket::accept() {
    return Fd(accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

}  // namespace vsockd
