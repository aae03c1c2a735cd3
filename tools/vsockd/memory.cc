#include "tools/vsockd/memory.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "tools/vsockd/report.h"

namespace vsockd {
namespace {

bool wraps(u64 start, u64 size) { return start + size < start; }

bool overlap(u64 a, u64 a_size, u64 b, u64 b_size) { return a < b + b_size && b < a + a_size; }

// What is wrong with one region and its file, apart from the other regions.
std::string complaint(const Region& r, int file) {
    if (!r.size || wraps(r.guest, r.size) || wraps(r.user, r.size) || wraps(r.offset, r.size))
        return "its addresses wrap around";
    struct stat status {};
    if (fstat(file, &status) < 0) return "its file cannot be examined" + why(errno);
    // Memory behind the end of the file would end this process with SIGBUS.
    if (r.offset + r.size > static_cast<u64>(status.st_size)) return "it is longer than its file";
    return "";
}

}  // namespace

std::string GuestMemory::map(std::span<const Region> regions, std::span<const Fd> files) {
    unmap();
    if (regions.empty() || regions.size() > kMaxRegions || regions.size() != files.size())
        return text("%zu memory regions with %zu files", regions.size(), files.size());
    for (usize i = 0; i < regions.size(); i++) {
        const std::string wrong = map_one(regions[i], files[i].get());
        if (wrong.empty()) continue;
        unmap();
        return text("memory region %zu: ", i) + wrong;
    }
    return "";
}

std::string GuestMemory::map_one(const Region& region, int file) {
    if (std::string wrong = complaint(region, file); !wrong.empty()) return wrong;
    for (const Mapped& m : regions_)
        if (overlap(m.guest, m.size, region.guest, region.size) ||
            overlap(m.user, m.size, region.user, region.size))
            return "it overlaps another";
    // From the file's start: mmap() wants a multiple of the page size, which huge pages change.
    void* base = mmap(nullptr, region.offset + region.size, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_NORESERVE, file, 0);
    if (base == MAP_FAILED) return "mmap" + why(errno);
    regions_.push_back({region, static_cast<u8*>(base)});
    return "";
}

void GuestMemory::unmap() {
    for (const Mapped& m : regions_) munmap(m.base, m.offset + m.size);
    regions_.clear();
}

bool GuestMemory::find(u64 address, u64 length, std::vector<iovec>& pieces) const {
    while (length) {
        const auto in = [=](const Mapped& m) { return address - m.guest < m.size; };
        const auto m = std::find_if(regions_.begin(), regions_.end(), in);
        if (m == regions_.end()) return false;
        const u64 skip = address - m->guest, here = std::min(length, m->size - skip);
        pieces.push_back({m->begin() + skip, here});
        address += here;
        length -= here;
    }
    return true;
}

u8* GuestMemory::at_guest(u64 address, u64 length) const {
    for (const Mapped& m : regions_)
        if (address - m.guest < m.size && length <= m.size - (address - m.guest))
            return m.begin() + (address - m.guest);
    return nullptr;
}

u8* GuestMemory::at_user(u64 address, u64 length, u64 alignment) const {
    if (address % alignment) return nullptr;
    for (const Mapped& m : regions_) {
        const u64 skip = address - m.user;
        if (skip >= m.size || length > m.size - skip) continue;
        u8* found = m.begin() + skip;
        return reinterpret_cast<uptr>(found) % alignment ? nullptr : found;
    }
    return nullptr;
}

}  // namespace vsockd
