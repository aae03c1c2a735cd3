// A file system on a disk in memory, with helper functions for tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "fs/file_table.h"
#include "fs/inode_file.h"
#include "memory_disk.h"
#include "mkfs/check.h"
#include "mkfs/image.h"
#include "mm/kalloc.h"

// abi/fcntl.h and abi/stat.h conflict with the host's headers that gtest includes.
inline constexpr int kRead = 0, kWrite = 1, kReadWrite = 2, kCreate = 0x200, kTruncate = 0x400;
inline constexpr int kExclusive = 0x80, kAppend = 0x1000, kDirectory = 0x10000;
inline constexpr short kDir = 1, kFile = 2, kDevice = 3, kPipe = 4;

inline std::vector<u8> empty_image(u32 blocks = 1024, u32 inodes = 64) {
    Image image(blocks, inodes);
    image.finish();
    return image.bytes();
}

inline std::string pattern(usize n, u32 seed = 1) {
    std::string s(n, 0);
    for (usize i = 0; i < n; i++) s[i] = static_cast<char>((i * 2654435761u + seed * 40503u) >> 13);
    return s;
}

class Mounted {
  public:
    explicit Mounted(std::vector<u8> image = empty_image(), std::set<u32> bad_blocks = {})
        : disk(std::make_unique<fake::MemoryDisk>(std::move(image))), fs(std::make_unique<fs::FileSystem>()) {
        disk->bad_blocks = std::move(bad_blocks);
        mounted = fs->mount(*disk);
        if (mounted.ok()) root = fs->root().value();
    }
    ~Mounted() { unmount(); }
    Mounted(Mounted&&) = default;

    void unmount() {
        root = {};
        fs.reset();
    }

    Result<Ref<fs::File>> open(const std::string& path, int flags) {
        return fs::open(*fs, *root, path.c_str(), flags);
    }
    Errno error_of_open(const std::string& path, int flags) { return open(path, flags).error(); }
    Errno mkdir(const std::string& path) { return fs->create(*root, path.c_str(), {kDir}).error(); }
    Errno unlink(const std::string& path) { return fs->unlink(*root, path.c_str()).error(); }
    Errno link(const std::string& from, const std::string& to) {
        return fs->link(*root, from.c_str(), to.c_str()).error();
    }

    Errno rename(const std::string& from, const std::string& to) {
        return fs->rename(*root, from.c_str(), to.c_str()).error();
    }
    Errno truncate(const std::string& path, u64 size) {
        return fs->truncate(*fs->namei(*root, path.c_str()).value(), size).error();
    }

    // The number of bytes or the negative error; likewise save.
    static i64 write(fs::File& f, const std::string& text) {
        const auto n = f.ops->write(f, UserAddr{reinterpret_cast<uptr>(text.data())}, text.size());
        return n.ok() ? n.value() : -static_cast<i64>(n.error());
    }
    static std::string read(fs::File& f, usize n) {
        std::string text(n, 0);
        const Result<i64> got = f.ops->read(f, UserAddr{reinterpret_cast<uptr>(text.data())}, n);
        text.resize(got.ok() ? static_cast<usize>(got.value()) : 0);
        return text;
    }

    // The file's contents; on failure "?" and the error.
    std::string cat(const std::string& path) {
        auto f = open(path, kRead);
        if (!f.ok()) return std::string("?") + describe(f.error());
        std::string text;
        for (std::string part; !(part = read(*f.value(), 20'000)).empty();) text += part;
        return text;
    }
    i64 save(const std::string& path, const std::string& text) {
        auto f = open(path, kReadWrite | kCreate | kTruncate);
        if (!f.ok()) return -static_cast<i64>(f.error());
        return write(*f.value(), text);
    }

    Census check() const { return check_image(disk->bytes()); }
    u32 free_blocks() { return fs->count_free_blocks().value(); }

    std::unique_ptr<fake::MemoryDisk> disk;
    std::unique_ptr<fs::FileSystem> fs;
    Ref<fs::Inode> root;
    Result<> mounted;
};

inline i64 failed(Errno e) { return -static_cast<i64>(e); }

// The file system is sound, without lost blocks or inodes.
#define EXPECT_SOUND(mounted_fs)                                   \
    do {                                                           \
        const Census census_ = (mounted_fs).check();               \
        EXPECT_EQ(census_.complaints, std::vector<std::string>{}); \
        EXPECT_EQ(census_.orphans, 0u);                            \
    } while (0)
