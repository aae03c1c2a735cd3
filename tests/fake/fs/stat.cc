#include "stat.h"

#include "abi/stat.h"

namespace fake {

Stat stat_of(fs::File& f) {
    struct stat s {};
    if (!f.ops->stat(f, s).ok()) return {};
    return {s.ino, s.type, s.nlink, s.size};
}

}  // namespace fake
