// Messages with a descriptor over an AF_UNIX socket: sendmsg(), recvmsg() and SCM_RIGHTS (unix(7)).
#pragma once

#include <stddef.h>

namespace netd {

// Sends one message, with the descriptor fd if it is not negative. False: errno says why.
bool send_message(int socket, const void* data, size_t n, int fd, int flags = 0);

// Receives one message of at most n bytes; fd becomes the descriptor that came with it, or -1. Returns its
// length; 0: the peer has closed, or the message is empty; -1: errno says why, or the message was longer. The
// descriptor belongs to the caller. Further ones, and those of a message that is not returned, are closed.
long receive_message(int socket, void* data, size_t n, int& fd, int flags = 0);

// Closes a descriptor that came with a message. Does not wait, even if it is a socket that lingers
// (SO_LINGER). -1: nothing.
void discard(int fd);

}  // namespace netd
