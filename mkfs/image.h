// Builds a file system image (abi/fs.h). Blocks and inodes are allocated in order and never freed.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "abi/fs.h"

// An error message for the user of mkfs.
struct ImageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Image {
  public:
    Image(uint32_t blocks, uint32_t inodes);

    // Add an entry to a directory: ROOTINO, or what add_directory returned.
    uint32_t add_directory(uint32_t parent, const std::string& name);
    // The directory of this name, which is added if there is none.
    uint32_t directory(uint32_t parent, const std::string& name);
    void add_file(uint32_t parent, const std::string& name, const std::vector<uint8_t>& content,
                  uint16_t mode = 0644);
    // A further name of a file of the root directory.
    void add_link(uint32_t parent, const std::string& name, const std::string& old);
    void add_device(uint32_t parent, const std::string& name, uint16_t major, uint16_t minor);

    // Writes the directories and the bitmap; to be called last. All blocks from `used_blocks` on are zero.
    void finish();
    const std::vector<uint8_t>& bytes() const { return bytes_; }
    uint32_t used_blocks() const { return next_block_; }
    const superblock& layout() const { return super_; }

  private:
    template <class T>
    T* at(uint32_t block) {
        return reinterpret_cast<T*>(&bytes_[size_t{block} * BSIZE]);
    }
    uint32_t new_block();
    void add_entry(uint32_t parent, const std::string& name, uint32_t number);
    uint32_t find(uint32_t directory, const std::string& name) const;
    uint32_t new_inode(uint32_t parent, const std::string& name, short type, uint16_t mode);
    void begin_directory(uint32_t number, uint32_t parent);
    dinode& inode(uint32_t number) { return at<dinode>(super_.inodestart + number / IPB)[number % IPB]; }
    uint32_t& block_of(uint32_t number, uint32_t index);
    void fill(uint32_t number, const uint8_t* data, size_t size);

    superblock super_{};
    std::vector<uint8_t> bytes_;
    std::map<uint32_t, std::vector<dirent>> directories_;  // by inode number
    uint32_t next_block_ = 0;
    uint32_t next_inode_ = ROOTINO + 1;
};
