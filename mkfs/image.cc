#include "mkfs/image.h"

#include <algorithm>
#include <cstring>

#include "abi/stat.h"

namespace {
uint32_t blocks_for(uint64_t things, uint32_t per_block) {
    return static_cast<uint32_t>((things + per_block - 1) / per_block);
}
}  // namespace

Image::Image(uint32_t blocks, uint32_t inodes) : bytes_(size_t{blocks} * BSIZE) {
    super_.magic = FSMAGIC;
    super_.size = blocks;
    super_.ninodes = inodes;
    super_.nlog = LOGSIZE + 1;
    super_.logstart = 2;
    super_.inodestart = super_.logstart + super_.nlog;
    super_.bmapstart = super_.inodestart + blocks_for(inodes, IPB);
    super_.datastart = super_.bmapstart + blocks_for(blocks, BPB);
    if (super_.datastart + 1 >= blocks) {
        throw ImageError("an image of " + std::to_string(blocks) +
                         " blocks has no room for files: the log, the inodes and the bitmap need " +
                         std::to_string(super_.datastart));
    }
    next_block_ = super_.datastart;
    *at<superblock>(1) = super_;

    inode(ROOTINO).type = T_DIR;
    inode(ROOTINO).mode = 0755;
    inode(ROOTINO).nlink = 1;
    begin_directory(ROOTINO, ROOTINO);
}

uint32_t Image::new_block() {
    if (next_block_ == super_.size) throw ImageError("the image is full: use a larger --size");
    return next_block_++;
}

void Image::begin_directory(uint32_t number, uint32_t parent) {
    directories_[number] = {{static_cast<unsigned short>(number), "."},
                            {static_cast<unsigned short>(parent), ".."}};
}

void Image::add_entry(uint32_t parent, const std::string& name, uint32_t number) {
    if (name.empty() || name.size() > DIRSIZ || name.find('/') != std::string::npos)
        throw ImageError("'" + name + "' is invalid: a name has 1 to " + std::to_string(DIRSIZ) + " bytes");
    if (find(parent, name)) throw ImageError("'" + name + "' is given twice");
    dirent entry{};
    std::memcpy(entry.name, name.data(), name.size());
    entry.inum = static_cast<unsigned short>(number);
    directories_.at(parent).push_back(entry);
    inode(number).nlink++;
}

// Returns 0 if the directory has no such name.
uint32_t Image::find(uint32_t directory, const std::string& name) const {
    for (const dirent& e : directories_.at(directory)) {
        if (name.size() <= DIRSIZ && std::strncmp(e.name, name.c_str(), DIRSIZ) == 0) return e.inum;
    }
    return 0;
}

uint32_t Image::new_inode(uint32_t parent, const std::string& name, short type, uint16_t mode) {
    if (next_inode_ == super_.ninodes) throw ImageError("too many files: use more --inodes");
    add_entry(parent, name, next_inode_);
    inode(next_inode_).type = type;
    inode(next_inode_).mode = mode;
    return next_inode_++;
}

void Image::add_link(uint32_t parent, const std::string& name, const std::string& old) {
    const uint32_t number = find(ROOTINO, old);
    if (!number || inode(number).type != T_FILE)
        throw ImageError("'" + old + "' cannot have a further name: it is not a file of the image");
    add_entry(parent, name, number);
}

// The entry for the number of the file's block `index`. Allocates missing indirect blocks.
uint32_t& Image::block_of(uint32_t number, uint32_t index) {
    const auto below = [this](uint32_t& table) { return at<uint32_t>(table ? table : table = new_block()); };
    uint32_t* addrs = inode(number).addrs;
    if (index < NDIRECT) return addrs[index];
    index -= NDIRECT;
    if (index < NINDIRECT) return below(addrs[NDIRECT])[index];
    index -= NINDIRECT;
    return below(below(addrs[NDIRECT + 1])[index / NINDIRECT])[index % NINDIRECT];
}

void Image::fill(uint32_t number, const uint8_t* data, size_t size) {
    if (size > size_t{MAXFILE} * BSIZE) throw ImageError("a file is larger than the file system permits");
    inode(number).size = static_cast<uint32_t>(size);
    for (uint32_t i = 0; size_t{i} * BSIZE < size; i++) {
        uint32_t& block = block_of(number, i);
        block = new_block();
        std::memcpy(at<uint8_t>(block), data + size_t{i} * BSIZE,
                    std::min<size_t>(BSIZE, size - size_t{i} * BSIZE));
    }
}

// A directory's link count includes the ".." of each directory in it.
uint32_t Image::add_directory(uint32_t parent, const std::string& name) {
    const uint32_t number = new_inode(parent, name, T_DIR, 0755);
    inode(parent).nlink++;
    begin_directory(number, parent);
    return number;
}

uint32_t Image::directory(uint32_t parent, const std::string& name) {
    const uint32_t found = find(parent, name);
    if (found && !directories_.contains(found)) throw ImageError("'" + name + "' is not a folder");
    return found ? found : add_directory(parent, name);
}

void Image::add_file(uint32_t parent, const std::string& name, const std::vector<uint8_t>& content,
                     uint16_t mode) {
    fill(new_inode(parent, name, T_FILE, mode), content.data(), content.size());
}

void Image::add_device(uint32_t parent, const std::string& name, uint16_t major, uint16_t minor) {
    dinode& device = inode(new_inode(parent, name, T_DEVICE, 0666));
    device.major = major;
    device.minor = minor;
}

void Image::finish() {
    for (const auto& [number, entries] : directories_)
        fill(number, reinterpret_cast<const uint8_t*>(entries.data()), entries.size() * sizeof(dirent));
    auto* bitmap = at<uint8_t>(super_.bmapstart);
    for (uint32_t block = 0; block < next_block_; block++)
        bitmap[block / 8] |= static_cast<uint8_t>(1 << block % 8);
}
