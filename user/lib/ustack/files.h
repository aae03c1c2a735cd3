// The sockets of a stack in a program, by descriptor.
//
// A socket's descriptor is a duplicate of the channel's: so its number is the kernel's lowest free one, as
// POSIX requires, and no file that the program opens later has the same. The kernel's calls on it are never
// made; this table is asked first.
#pragma once

#include "abi/param.h"
#include "net/core/pool.h"
#include "net/socket/socket.h"
#include "net/wire/ip_protocol.h"

namespace ustack {

// An open socket: what several descriptors have in common after dup().
struct File {
    explicit File(Ref<net::Socket> s, net::IpProtocol p) : socket(std::move(s)), protocol(p) {}

    Ref<net::Socket> socket;
    net::IpProtocol protocol;
    u16 claimed_port = 0;  // PortClaims; 0: none
    bool nonblocking = false;
    u32 descriptors = 0;
};

class Files {
  public:
    // channel: the descriptor to duplicate.
    explicit Files(int channel) : channel_(channel) {}

    File* find(int fd) { return fd >= 0 && fd < NOFILE ? files_[fd] : nullptr; }

    // Null: no memory. The caller installs or frees it.
    File* create(Ref<net::Socket> socket, net::IpProtocol protocol) {
        return pool_.create(std::move(socket), protocol);
    }
    void free(File& f) { pool_.destroy(&f); }

    // A new descriptor for f, or `wanted`, which is none of this table. Errors: those of dup() and dup2().
    Result<int> install(File& f);
    Result<int> install_at(File& f, int wanted);
    // Removes a descriptor. Returns its file if it was the last one: the caller closes its socket, and frees
    // it.
    File* remove(int fd);

    // exec() closes all descriptors of the table: the next program could do nothing with them.
    void close_on_exec();
    // In a child after fork(): all descriptors are closed, and nothing is in the table.
    void forget_all();

  private:
    const int channel_;
    File* files_[NOFILE] = {};
    net::Pool<File> pool_{LockRank::SocketTable};
};

}  // namespace ustack
