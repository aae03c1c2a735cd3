#include "stat.h"

#include "abi/file_status.h"
#include "abi/stat.h"

namespace fake {

Stat stat_of(fs::File& f) {
    constexpr u32 kTypes[] = {0, S_IFDIR, S_IFREG, S_IFCHR, S_IFIFO, S_IFSOCK};  // by T_*
    file_status s{};
    if (!f.ops->stat(f, s).ok()) return {};
    short type = T_DIR;
    while (type < T_SOCK && kTypes[type] != (s.mode & S_IFMT)) type++;
    return {static_cast<u32>(s.ino),
            type,
            static_cast<short>(s.nlink),
            static_cast<u64>(s.size),
            s.mode & 07777,
            static_cast<u64>(s.mtime) * 1'000'000'000 + static_cast<u64>(s.mtime_ns)};
}

}  // namespace fake
