// Sockets as files (xv6's FD_SOCK): connects fs/ and net/.
#pragma once

#include "fs/file_table.h"
#include "ipc/local_socket.h"
#include "net/socket/socket.h"

// Allocates a descriptor of the current process for a new socket. `flags`: SOCK_NONBLOCK, SOCK_CLOEXEC. On
// failure the socket is closed. MFile, NFile, NoMem.
Result<i64> install_socket(const Ref<net::Socket>& socket, int flags = 0);

// The socket of a descriptor of the current process, and its file.
struct SocketFile {
    fs::File* file = nullptr;
    net::Socket* operator->() const { return static_cast<net::Socket*>(file->object); }
    bool may_wait() const { return !file->nonblocking; }
};
// BadF. NotSock: the descriptor is not a socket.
Result<SocketFile> socket_file(int fd);

// The AF_UNIX socket of a file; null: it is another file.
ipc::LocalSocket* local_socket(const fs::File& f);

// What Socket::in_tables returns for the socket of a file; null: it is another file. For Owners.
const void* listed_socket(const fs::File& f);
