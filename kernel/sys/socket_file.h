// Sockets as files (xv6's FD_SOCK): the one place that knows both.
#pragma once

#include "fs/file_table.h"
#include "net/socket/socket.h"

// A descriptor of the current process for a new socket. When there is none left the socket is closed again.
// MFile, NFile, NoMem.
Result<i64> install_socket(const Ref<net::Socket>& socket, bool nonblocking = false);

// The socket behind a descriptor of the current process, and its file.
struct SocketFile {
    fs::File* file = nullptr;
    net::Socket* operator->() const { return static_cast<net::Socket*>(file->object); }
    bool may_wait() const { return !file->nonblocking; }
};
// BadF; NotSock: it is something else.
Result<SocketFile> socket_file(int fd);

// The lowest pid of those processes that have the socket open of what the stack's tables know by this address
// (Socket::in_tables); 0: none has.
int socket_owner(const void* in_tables);

// Something was sent: QEMU may want to be told (socket_file.cc).
void socket_sent(fs::File& f);
