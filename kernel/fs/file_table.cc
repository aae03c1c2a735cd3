#include "fs/file_table.h"

#include "fs/pool.h"

namespace fs {
namespace {
constinit Pool<FileTable> tables{LockRank::FileTable, "descriptor tables", NPROC + 1, Errno::NoMem};
}

Result<FileTable*> FileTable::create() { return tables.make(); }

void FileTable::destroy(FileTable* table) {
    table->close_all();
    tables.destroy(*table);
}

Result<int> FileTable::install(Ref<File> file) {
    for (int fd = 0; fd < NOFILE; fd++) {
        if (files_[fd]) continue;
        files_[fd] = std::move(file);
        return fd;
    }
    return Errno::MFile;
}

Result<int> FileTable::install_at(int fd, Ref<File> file) {
    if (static_cast<unsigned>(fd) >= NOFILE) return Errno::BadF;
    files_[fd] = std::move(file);
    return fd;
}

bool FileTable::full() const {
    for (const Ref<File>& f : files_) {
        if (!f) return false;
    }
    return true;
}

Result<Ref<File>> FileTable::remove(int fd) {
    if (!get(fd)) return Errno::BadF;
    return std::move(files_[fd]);
}

void FileTable::clone_into(FileTable& child) const {
    for (int fd = 0; fd < NOFILE; fd++) child.files_[fd] = files_[fd];
}

void FileTable::close_all() {
    for (Ref<File>& f : files_) f = {};
}

}  // namespace fs
