// What kernel/ipc needs besides the platform: files, whose descriptors are sent, and names and pids of
// processes.
#pragma once

#include <map>
#include <string>

#include "fs/file.h"
#include "ipc/local_family.h"

namespace fake {

struct Processes {
    int pid = 100;                              // of the caller
    std::map<std::string, ipc::NameKey> paths;  // 0: a file that is no socket
};
Processes& processes();
u32 open_files();

// The file of a descriptor for a socket: the last reference closes it.
Ref<fs::File> file_of(const Ref<net::Socket>& socket);
// A file that is no socket.
Ref<fs::File> plain_file();

}  // namespace fake
