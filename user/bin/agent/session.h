// The agent's side of one connection (docs/agent.md). It uses only POSIX's functions, so the same code runs
// in tests on the host.
#pragma once

#include "agent/frame.h"

namespace agent {

// Reads the request and fulfils it, until the connection has ended; closes fd, which must be a blocking
// stream socket. Blocks, and starts children that it waits for: call it in a process of its own. Command
// lines are run by `shell` -c.
void serve(int fd, const char* shell);

// --- what the requests share ---

// Sends an Error frame with this text.
[[gnu::format(printf, 2, 3)]] void refuse(Channel& c, const char* format, ...);

// Sends the end of the stream, and waits a few seconds until the peer has closed too. Input that arrives is
// discarded: closing a socket with unread input could destroy what we have sent.
void linger(int fd);

// The requests. Each sends its answer, Error included; a lost connection is nobody's to be told.
void run_command(Channel& c, const char* shell, const char* line);  // closes c.fd and sets it to -1
void receive_file(Channel& c, const char* name);
void send_file(Channel& c, const char* name);

}  // namespace agent
