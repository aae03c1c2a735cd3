// The open files of one process, by descriptor.
#pragma once

#include "abi/param.h"
#include "fs/file.h"
#include "sync/spinlock.h"

namespace fs {

// The files of consecutive descriptors.
struct FileChunk {
    static constexpr int kFiles = 64;
    u64 used = 0;  // a bit for each that is there
    Ref<File> files[kFiles];
};

// The first chunk is part of the table; others are added on demand and stay until the table goes. So a
// process with few files pays for few, and finding one of its files is a single load.
//
// Its process, which has one thread, changes the table under the lock and reads it without. Others may only
// search it.
class FileTable {
  public:
    static Result<FileTable*> create();     // NoMem
    static void destroy(FileTable* table);  // closes what is open

    // The file, or null. It stays while this process does not close it, so the pointer needs no reference.
    // Inline with its rare part: a call in it would cost every read() and write() a stack frame.
    File* get(int fd) const {
        const auto n = static_cast<unsigned>(fd);
        if (n < FileChunk::kFiles) [[likely]]
            return first_.files[n].get();
        if (n >= NOFILE) return nullptr;
        const FileChunk* c = more_[n / FileChunk::kFiles - 1];
        return c ? c->files[n % FileChunk::kFiles].get() : nullptr;
    }

    // MFile: no descriptor is free. NoMem. After success the next install() succeeds.
    Result<> make_room();
    // Under the lowest free descriptor. MFile, NoMem.
    Result<int> install(Ref<File> file);
    // Under this descriptor; what it stood for is closed. BadF: there can be no such descriptor. NoMem.
    Result<int> install_at(int fd, Ref<File> file);

    // BadF. The file is closed when the Ref goes, if it was the last.
    Result<Ref<File>> remove(int fd);

    // For fork: the same files, shared. NoMem: the child has only some of them.
    Result<> clone_into(FileTable& child) const;

    // Whether `wanted` is true of an open file. For any thread, as long as the table cannot go meanwhile.
    bool has(bool (*wanted)(const File&, const void*), const void* context) const EXCLUDES(lock_);

  private:
    template <class T>
    friend class Pool;

    static constexpr int kChunks = NOFILE / FileChunk::kFiles;
    static_assert(NOFILE % FileChunk::kFiles == 0);

    FileTable() = default;
    FileChunk* chunk(int i) { return i == 0 ? &first_ : more_[i - 1]; }
    const FileChunk* chunk(int i) const { return i == 0 ? &first_ : more_[i - 1]; }
    Result<FileChunk*> need_chunk(int i);
    Result<int> free_descriptor();
    void put(int fd, Ref<File> file) EXCLUDES(lock_);

    mutable SpinLock lock_{LockRank::FileTable, "descriptors"};
    FileChunk first_;
    FileChunk* more_[kChunks - 1] = {};
};

}  // namespace fs
