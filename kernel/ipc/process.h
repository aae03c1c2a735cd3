// What AF_UNIX sockets need of the process that calls them: its pid, and names in the file system. Tests have
// their own (tests/fake/ipc_process.cc).
//
// - The process's own thread, no lock held. The functions on paths may wait for the disk.
#pragma once

#include <string_view>

#include "lib/result.h"

namespace ipc {

int caller_pid();

// The key of a socket's name: which file it is (the inode number), and which bind() has created this file (a
// random number). The kernel holds no reference to the file, and a file that is left of a former socket has
// another key than all sockets of today.
using NameKey = u64;

// Creates a file of type T_SOCK. Errors: AddrInUse (the path exists), and those of FileSystem::create.
Result<NameKey> create_name(std::string_view path);

// Errors: NoEnt, NotDir, ConnRefused (it is no file of a socket) and others of the file system.
Result<NameKey> find_name(std::string_view path);

}  // namespace ipc
