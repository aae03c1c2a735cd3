// The open files of one process, by descriptor.
#pragma once

#include "abi/param.h"
#include "fs/file.h"
#include "sync/spinlock.h"

namespace fs {

// The files of kFiles consecutive descriptors.
struct FileChunk {
    static constexpr int kFiles = 64;
    u64 used = 0;           // one bit for each open descriptor
    u64 close_on_exec = 0;  // one bit for each
    Ref<File> files[kFiles];
};

// The first chunk is part of the table; others are added on demand and freed with the table. So a process
// with few files needs little memory, and a lookup in the first chunk is a single load.
//
// Its process, which has one thread, changes the table with the lock held and reads it without. Other threads
// only call visit().
class FileTable {
  public:
    static Result<FileTable*> create();     // NoMem
    static void destroy(FileTable* table);  // closes all files

    // The file, or null. It stays valid until this process closes it, so the pointer needs no reference.
    // Entirely inline: with a call in it, every read() and write() would need a stack frame.
    File* get(int fd) const {
        const usize n = static_cast<unsigned>(fd);
        if (n < FileChunk::kFiles) [[likely]]
            return first_.files[n].get();
        if (n >= NOFILE) return nullptr;
        const FileChunk* c = more_[n / FileChunk::kFiles - 1];
        return c ? c->files[n % FileChunk::kFiles].get() : nullptr;
    }

    // Makes sure that the next install() succeeds. MFile: no descriptor is free. NoMem.
    Result<> make_room();
    // Installs the file at the lowest free descriptor, which is returned. MFile, NoMem.
    Result<int> install(Ref<File> file, bool close_on_exec = false);
    // Installs the file at this descriptor and closes its old file. BadF: invalid number. NoMem.
    Result<int> install_at(int fd, Ref<File> file);

    // Frees the descriptor and returns its file, which is closed with its last Ref. BadF.
    Result<Ref<File>> remove(int fd);

    // FD_CLOEXEC of an open descriptor.
    bool closes_on_exec(int fd) const;
    void set_close_on_exec(int fd, bool on);
    // For exec: closes the descriptors that have it.
    void close_for_exec();

    // For fork: the child shares all files. NoMem: the child has only some of them.
    Result<> clone_into(FileTable& child) const;

    // Calls `each` with every open file. Any thread; the caller keeps the table from being destroyed.
    void visit(void (*each)(const File&, void*), void* context) const EXCLUDES(lock_);

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
