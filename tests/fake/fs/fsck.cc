#include "fsck.h"

#include <cstring>
#include <map>

#include "abi/fs.h"
#include "abi/stat.h"

namespace fake {
namespace {

class Checker {
  public:
    explicit Checker(const std::vector<u8>& image) : image_(image), super_(*at<superblock>(1)) {}

    Census run() {
        for (u32 i = ROOTINO; i < super_.ninodes; i++) {
            if (inode(i).type) check_file(i);
        }
        names_[ROOTINO]++;  // nothing names the root but itself
        for (u32 i = ROOTINO; i < super_.ninodes; i++) check_links(i);
        check_bitmap();
        return census_;
    }

  private:
    template <class T>
    const T* at(u32 block) const {
        return reinterpret_cast<const T*>(&image_[size_t{block} * BSIZE]);
    }
    const dinode& inode(u32 n) const { return at<dinode>(super_.inodestart + n / IPB)[n % IPB]; }
    void complain(const std::string& text) { census_.complaints.push_back(text); }

    void check_file(u32 number) {
        const dinode& d = inode(number);
        census_.inodes++;
        if (d.nlink == 0) census_.orphans++;
        blocks_.clear();
        for (u32 i = 0; i < NDIRECT; i++) claim(d.addrs[i], 0, number);
        claim(d.addrs[NDIRECT], 1, number);
        claim(d.addrs[NDIRECT + 1], 2, number);
        const u32 needed = (d.size + BSIZE - 1) / BSIZE;
        if (needed > blocks_.size())
            complain("inode " + std::to_string(number) + " has fewer blocks than its size says");
        for (u32 i = 0; i < needed && i < blocks_.size(); i++) {
            if (!blocks_[i]) complain("inode " + std::to_string(number) + " has a hole");
        }
        if (d.type == T_DIR && d.nlink) read_directory(number, d.size);
    }

    void claim(u32 block, int depth, u32 owner) {
        if (depth == 0) blocks_.push_back(block);
        if (!block) return;
        if (block < super_.datastart || block >= super_.size)
            return complain("a block number makes no sense");
        if (owner_.contains(block)) complain("block " + std::to_string(block) + " has two owners");
        owner_[block] = owner;
        census_.blocks++;
        for (u32 i = 0; depth > 0 && i < NINDIRECT; i++) claim(at<u32>(block)[i], depth - 1, owner);
    }

    void read_directory(u32 number, u32 size) {
        for (u32 i = 0; i < size / sizeof(dirent); i++) {
            const u32 block = blocks_[i / (BSIZE / sizeof(dirent))];
            const dirent& e = at<dirent>(block)[i % (BSIZE / sizeof(dirent))];
            if (!e.inum) continue;
            if (e.inum >= super_.ninodes || !inode(e.inum).type) complain("a name of a free inode");
            if (std::strncmp(e.name, ".", DIRSIZ) == 0) continue;  // does not count
            if (std::strncmp(e.name, "..", DIRSIZ) == 0 && number == ROOTINO) continue;
            names_[e.inum]++;
        }
    }

    void check_links(u32 number) {
        const dinode& d = inode(number);
        if (d.type && d.nlink != names_[number]) {
            complain("inode " + std::to_string(number) + " has " + std::to_string(names_[number]) +
                     " names but says " + std::to_string(d.nlink));
        }
    }

    void check_bitmap() {
        for (u32 b = 0; b < super_.size; b++) {
            const bool marked = at<u8>(super_.bmapstart)[b / 8] >> (b % 8) & 1;
            const bool used = b < super_.datastart || owner_.contains(b);
            if (marked == used) continue;
            complain("block " + std::to_string(b) + (used ? " is in use but marked free" : " is lost"));
        }
    }

    const std::vector<u8>& image_;
    const superblock super_;
    Census census_;
    std::map<u32, u32> owner_;  // of each block in use
    std::map<u32, int> names_;  // of each inode
    std::vector<u32> blocks_;   // of the current file, in order
};

}  // namespace

Census fsck(const std::vector<u8>& image) { return Checker(image).run(); }

}  // namespace fake
