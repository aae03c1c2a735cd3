// Reads the log without the kernel's code, only from its description in abi/fs.h and docs/files.md.
#include <algorithm>
#include <cstddef>
#include <cstring>

#include "mkfs/check.h"

namespace {

// The checksum of the log's header (abi/fs.h), over 8-byte words.
uint64_t mix(uint64_t sum, const uint8_t* bytes, size_t size) {
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word;
        std::memcpy(&word, bytes + i, 8);
        sum = (sum ^ word) * 0x9e3779b97f4a7c15;
        sum ^= sum >> 29;
    }
    return sum;
}

uint64_t checksum(logheader h, const uint8_t* blocks) {
    std::fill(h.block + h.n, h.block + LOGSIZE, 0);
    const size_t used = offsetof(logheader, block) + h.n * sizeof h.block[0];
    const size_t start = offsetof(logheader, n);
    const uint64_t sum = mix(FSMAGIC, reinterpret_cast<const uint8_t*>(&h.n), (used + 7) / 8 * 8 - start);
    return mix(sum, blocks, size_t{h.n} * BSIZE);
}

// A commit may write any block except the superblock and the log itself.
bool may_be_logged(const superblock& s, uint32_t block) { return block >= s.inodestart && block < s.size; }

}  // namespace

bool replay_log(std::vector<uint8_t>& image, const superblock& super, Census& census, uint32_t& orphans) {
    logheader h;
    std::memcpy(&h, &image[size_t{super.logstart} * BSIZE], sizeof h);
    orphans = 0;
    if (h.n == 0) {
        census.log = "never used";
        return true;
    }
    const uint8_t* logged = &image[(size_t{super.logstart} + 1) * BSIZE];
    if (h.n > LOGSIZE || h.n >= super.nlog || checksum(h, logged) != h.checksum) {
        census.log = "an incomplete commit, which the next mount ignores";
        return false;
    }
    orphans = h.orphans;
    uint32_t missing = 0;
    for (uint32_t i = 0; i < h.n; i++) {
        if (!may_be_logged(super, h.block[i])) {
            census.complaints.push_back("the log has a copy of block " + std::to_string(h.block[i]) +
                                        ", which is not a block that a commit may write");
            continue;
        }
        uint8_t* home = &image[size_t{h.block[i]} * BSIZE];
        if (std::memcmp(home, logged + size_t{i} * BSIZE, BSIZE) == 0) continue;
        std::memcpy(home, logged + size_t{i} * BSIZE, BSIZE);
        missing++;
    }
    census.log = "a complete commit of " + std::to_string(h.n) + " blocks, " +
                 (missing ? std::to_string(missing) + " of them not yet installed" : "all installed");
    if (missing)
        census.notes.push_back("the next mount installs " + std::to_string(missing) + " blocks of the log");
    return true;
}
