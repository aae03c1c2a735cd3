// The open files of one process, by descriptor.
#pragma once

#include "abi/param.h"
#include "fs/file.h"

namespace fs {

// Used by its own process only, which has one thread: no lock.
class FileTable {
  public:
    static Result<FileTable*> create();     // NoMem
    static void destroy(FileTable* table);  // closes what is open

    // The file, or null. It stays while this process does not close it, so the pointer needs no reference.
    File* get(int fd) const { return static_cast<unsigned>(fd) < NOFILE ? files_[fd].get() : nullptr; }

    // Under the lowest free descriptor. MFile: none is free.
    Result<int> install(Ref<File> file);
    // Under this descriptor; what it stood for is closed. BadF: there can be no such descriptor.
    Result<int> install_at(int fd, Ref<File> file);
    bool full() const;

    // BadF. The file is closed when the Ref goes, if it was the last.
    Result<Ref<File>> remove(int fd);

    void clone_into(FileTable& child) const;  // for fork: the same files, shared
    void close_all();

  private:
    template <class T>
    friend class Pool;
    FileTable() = default;
    Ref<File> files_[NOFILE];
};

}  // namespace fs
