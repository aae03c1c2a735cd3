// UNIX sockets by name.
#pragma once

#include <sys/stat.h>

#include <string>

#include "lib/types.h"
#include "tools/common/fd.h"

namespace vsockd {

using tools::Fd;

// The longest name that fits in a socket address.
inline constexpr usize kLongestPath = 107;

// Connects to the socket of this name. Empty, with errno set, if nobody listens or the queue is full. Never
// waits.
Fd connect_to(const std::string& path);

// A listening socket. Its name is removed with it, unless another file has it by then.
class ListeningSocket {
  public:
    // Replaces a socket of that name which belongs to this user and on which nobody listens. Ends the program
    // if it cannot listen. mode: who may connect, as in chmod(); 0: as the umask says.
    ListeningSocket(std::string path, mode_t mode);
    ListeningSocket(const ListeningSocket&) = delete;
    ListeningSocket& operator=(const ListeningSocket&) = delete;
    ~ListeningSocket();

    int fd() const { return fd_.get(); }
    // The next client; empty, with errno set, if there is none.
    Fd accept();

  private:
    std::string path_;
    Fd fd_;
    struct stat identity_ {};
};

}  // namespace vsockd
