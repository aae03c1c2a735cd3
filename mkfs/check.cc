#include "mkfs/check.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <map>
#include <set>

#include "abi/stat.h"

namespace {

std::string text(uint64_t n) { return std::to_string(n); }

std::string name_of(const dirent& e) {
    std::string name(e.name, ::strnlen(e.name, DIRSIZ));
    for (char& c : name) {
        if (c < ' ' || c > '~') c = '?';
    }
    return "'" + name + "'";
}

bool is_named(const dirent& e, const char* name) { return std::strncmp(e.name, name, DIRSIZ) == 0; }

class Checker {
  public:
    explicit Checker(std::vector<uint8_t> image) : image_(std::move(image)) {}

    Census run() {
        if (!check_superblock()) return census_;
        uint32_t orphans;
        const bool counted = replay_log(image_, super_, census_, orphans);
        for (uint32_t i = ROOTINO; i < super_.ninodes; i++) {
            if (inode(i).type) check_inode(i);
        }
        check_tree();
        for (uint32_t i = ROOTINO; i < super_.ninodes; i++) {
            if (inode(i).type) check_links(i);
        }
        check_bitmap();
        check_orphans(counted, orphans);
        return census_;
    }

  private:
    template <class T>
    const T* at(uint32_t block) const {
        return reinterpret_cast<const T*>(&image_[size_t{block} * BSIZE]);
    }
    const dinode& inode(uint32_t n) const { return at<dinode>(super_.inodestart + n / IPB)[n % IPB]; }
    void complain(const std::string& words) { census_.complaints.push_back(words); }
    void complain(uint32_t inode, const std::string& words) {
        complain("inode " + text(inode) + " " + words);
    }

    // False: nothing else can be checked.
    bool check_superblock() {
        if (image_.size() < 3 * BSIZE) return complain("the image is too short for a file system"), false;
        super_ = census_.layout = *at<superblock>(1);
        if (super_.magic != FSMAGIC && (super_.magic ^ FSMAGIC) << 8 == 0)
            return complain("the format has version " + text(super_.magic >> 24) + ", not " +
                            text(FSMAGIC >> 24)),
                   false;
        if (super_.magic != FSMAGIC)
            return complain("not an nx6 file system: wrong magic number in the superblock"), false;
        if (uint64_t{super_.size} * BSIZE > image_.size()) {
            complain("the superblock says " + text(super_.size) + " blocks, but the image ends after " +
                     text(image_.size() / BSIZE));
            return false;
        }
        if (super_.nlog <= LOGLEAST) return complain("the log is too small for one operation"), false;
        const auto parts_in_order = [&] {
            return super_.ninodes > ROOTINO && super_.ninodes <= 0xffff && super_.logstart >= 2 &&
                   super_.inodestart >= uint64_t{super_.logstart} + super_.nlog &&
                   super_.bmapstart >= uint64_t{super_.inodestart} + (super_.ninodes + IPB - 1) / IPB &&
                   super_.datastart >= uint64_t{super_.bmapstart} + (uint64_t{super_.size} + BPB - 1) / BPB &&
                   super_.datastart < super_.size;
        };
        if (!parts_in_order())
            return complain("the superblock's regions overlap or are outside the disk"), false;
        return true;
    }

    void check_inode(uint32_t number) {
        const dinode& d = inode(number);
        census_.inodes++;
        if (d.nlink == 0) census_.orphans++;
        if (d.nlink < 0) complain(number, "has a negative link count");
        if (d.type == T_DIR)
            census_.directories++;
        else if (d.type == T_FILE)
            census_.files++;
        else if (d.type == T_DEVICE)
            census_.devices++;
        else if (d.type == T_SOCK)
            census_.sockets++;
        else
            complain(number, "has the unknown type " + text(static_cast<uint16_t>(d.type)));
        check_blocks(number);
        if (d.type == T_DIR) read_directory(number);
    }

    // Directories have no holes. A file whose truncation was interrupted may have blocks past its end.
    void check_blocks(uint32_t number) {
        const dinode& d = inode(number);
        std::vector<uint32_t>& blocks = blocks_[number];
        for (uint32_t i = 0; i < NDIRECT; i++) claim(d.addrs[i], 0, number, i);
        claim(d.addrs[NDIRECT], 1, number, NDIRECT);
        claim(d.addrs[NDIRECT + 1], 2, number, NDIRECT + NINDIRECT);
        const uint64_t needed = (uint64_t{d.size} + BSIZE - 1) / BSIZE;
        const auto end = blocks.begin() + static_cast<ptrdiff_t>(std::min<uint64_t>(needed, blocks.size()));
        const auto there = static_cast<uint64_t>(end - blocks.begin() - std::count(blocks.begin(), end, 0u));
        if (there < needed && d.type == T_DIR)
            complain(number,
                     "has " + text(there) + " of the " + text(needed) + " blocks that its size requires");
        if (end != blocks.end())
            census_.notes.push_back("inode " + text(number) +
                                    " has blocks past its end; a later write or truncate uses or frees them");
    }

    // Claims the blocks of a tree of this depth. Its first block is the file's block `index`.
    void claim(uint32_t block, int depth, uint32_t owner, uint32_t index) {
        if (!is_claimed(block, owner)) return;
        if (depth == 0) {
            std::vector<uint32_t>& blocks = blocks_[owner];
            if (blocks.size() <= index) blocks.resize(index + 1);
            blocks[index] = block;
            return;
        }
        const uint32_t below = depth == 2 ? NINDIRECT : 1;
        for (uint32_t i = 0; i < NINDIRECT; i++)
            claim(at<uint32_t>(block)[i], depth - 1, owner, index + i * below);
    }

    bool is_claimed(uint32_t block, uint32_t owner) {
        if (!block) return false;
        if (block < super_.datastart || block >= super_.size) {
            complain(owner, "has block " + text(block) + ", which is outside the data region");
            return false;
        }
        const auto [taken, first] = owner_.try_emplace(block, owner);
        if (!first) {
            complain("block " + text(block) + " has two owners, inodes " + text(taken->second) + " and " +
                     text(owner));
            return false;
        }
        census_.blocks++;
        return true;
    }

    void read_directory(uint32_t number) {
        const dinode& d = inode(number);
        if (d.nlink == 0) return;  // removed while in use: its entries are not valid
        if (d.size % sizeof(dirent)) complain(number, "is a directory with a partial entry at its end");
        constexpr uint32_t kPerBlock = BSIZE / sizeof(dirent);
        std::set<std::string> seen;
        for (uint32_t i = 0; i < d.size / sizeof(dirent) && i / kPerBlock < blocks_[number].size(); i++) {
            const uint32_t block = blocks_[number][i / kPerBlock];
            if (!block) continue;
            const dirent& e = at<dirent>(block)[i % kPerBlock];
            if (e.inum) check_entry(number, e, seen);
        }
        if (!seen.contains(".") || !seen.contains("..")) complain(number, "is a directory without . and ..");
    }

    void check_entry(uint32_t number, const dirent& e, std::set<std::string>& seen) {
        const std::string entry = "has an entry " + name_of(e);
        if (!e.name[0] || std::memchr(e.name, '/', DIRSIZ))
            complain(number, entry + ", which is not a valid name");
        if (!seen.insert(std::string(e.name, strnlen(e.name, DIRSIZ))).second)
            complain(number, entry + " twice");
        if (e.inum >= super_.ninodes || !inode(e.inum).type)
            return complain(number, entry + " for inode " + text(e.inum) + ", which is not in use");
        if (is_named(e, ".")) {
            if (e.inum != number) complain(number, "names inode " + text(e.inum) + " as .");
            return;  // not counted as a link
        }
        if (is_named(e, "..")) {
            parent_[number] = e.inum;
            if (number != ROOTINO) names_[e.inum]++;
            return;
        }
        names_[e.inum]++;
        if (inode(e.inum).type == T_DIR) children_.insert({number, e.inum});
    }

    // Every directory is reachable from the root by exactly one name, and its .. is the directory with that
    // name.
    void check_tree() {
        if (inode(ROOTINO).type != T_DIR) return complain("inode 1, the root, is not a directory");
        if (parent_[ROOTINO] != ROOTINO) complain("the root's .. is not the root");
        names_[ROOTINO]++;  // only the root itself refers to the root
        std::set<uint32_t> reached{ROOTINO};
        std::vector<uint32_t> open{ROOTINO};
        while (!open.empty()) {
            const uint32_t dir = open.back();
            open.pop_back();
            for (auto [at, end] = children_.equal_range(dir); at != end; ++at) {
                const uint32_t child = at->second;
                if (!reached.insert(child).second) {
                    complain(child, "is a directory with more than one name");
                    continue;
                }
                if (parent_[child] != dir)
                    complain(child,
                             "is in directory " + text(dir) + " but its .. is inode " + text(parent_[child]));
                open.push_back(child);
            }
        }
        for (uint32_t i = ROOTINO; i < super_.ninodes; i++) {
            if (inode(i).type == T_DIR && inode(i).nlink > 0 && !reached.contains(i))
                complain(i, "is a directory that cannot be reached from the root");
        }
    }

    void check_links(uint32_t number) {
        const dinode& d = inode(number);
        if (d.nlink >= 0 && static_cast<uint32_t>(d.nlink) != names_[number])
            complain(number, "has " + text(names_[number]) + " names but a link count of " +
                                 text(static_cast<uint16_t>(d.nlink)));
    }

    void check_bitmap() {
        for (uint32_t b = 0; b < super_.size; b++) {
            const bool marked = at<uint8_t>(super_.bmapstart)[b / 8] >> (b % 8) & 1;
            const bool used = b < super_.datastart || owner_.contains(b);
            if (marked == used) continue;
            complain("block " + text(b) +
                     (used ? " is in use but marked free" : " is lost: marked in use, but has no owner"));
        }
    }

    // A mount searches for orphans if the log's header counts some or is incomplete.
    void check_orphans(bool counted, uint32_t orphans) {
        if (!census_.orphans) return;
        if (counted && !orphans)
            complain(text(census_.orphans) +
                     " inodes are lost: they have no name, and the log's header does not count them");
        else
            census_.notes.push_back("the next mount frees " + text(census_.orphans) +
                                    " files that were unlinked while open");
    }

    std::vector<uint8_t> image_;
    superblock super_{};
    Census census_;
    std::map<uint32_t, uint32_t> owner_;                // of each block in use
    std::map<uint32_t, std::vector<uint32_t>> blocks_;  // of each inode, in the file's order
    std::map<uint32_t, uint32_t> names_;                // of each inode: how many directory entries
    std::map<uint32_t, uint32_t> parent_;               // of each directory: its ..
    std::multimap<uint32_t, uint32_t> children_;        // of each directory: the directories in it
};

}  // namespace

Census check_image(std::vector<uint8_t> image) { return Checker(std::move(image)).run(); }
