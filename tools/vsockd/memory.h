// The guest's memory, which QEMU shares (vhost-user, VHOST_USER_SET_MEM_TABLE).
//
// An address in a descriptor is guest-physical; the addresses of the rings are QEMU's own virtual ones. Both
// are checked here, and nowhere else: what is outside of every region yields nothing.
// The guest may change the memory at any time, so each value in it is read once, by load().
#pragma once

#include <sys/uio.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/types.h"
#include "tools/common/fd.h"

namespace vsockd {

using tools::Fd;

// One region, laid out as in VHOST_USER_SET_MEM_TABLE.
struct Region {
    u64 guest;   // its first guest-physical address
    u64 size;    // in bytes
    u64 user;    // its first address in QEMU
    u64 offset;  // where it begins in the file
};

// Reads one value that another process may be changing.
template <class T>
T load(const void* at) {
    return __atomic_load_n(static_cast<const T*>(at), __ATOMIC_RELAXED);
}

class GuestMemory {
  public:
    static constexpr usize kMaxRegions = 8;

    GuestMemory() = default;
    GuestMemory(const GuestMemory&) = delete;
    GuestMemory& operator=(const GuestMemory&) = delete;
    ~GuestMemory() { unmap(); }

    // Replaces the regions; files[i] belongs to regions[i]. Returns what is wrong with them ("": nothing).
    // Then no memory is mapped.
    std::string map(std::span<const Region> regions, std::span<const Fd> files);
    void unmap();
    bool empty() const { return regions_.empty(); }

    // Appends where this guest-physical range is in our memory, in one or more pieces. False if a byte of it
    // is outside of all regions.
    bool find(u64 address, u64 length, std::vector<iovec>& pieces) const;
    // The same for a range that must lie in one region; null if it does not.
    u8* at_guest(u64 address, u64 length) const;
    // A range named by its address in QEMU, which must lie in one region and be aligned; null otherwise.
    u8* at_user(u64 address, u64 length, u64 alignment) const;

  private:
    struct Mapped : Region {
        u8* base;  // where `offset` 0 of the file is mapped
        u8* begin() const { return base + offset; }
    };
    std::string map_one(const Region& region, int file);

    std::vector<Mapped> regions_;
};

}  // namespace vsockd
