#include "fs/file_table.h"

#include <bit>

#include "fs/pool.h"

namespace fs {
namespace {

constexpr int kFiles = FileChunk::kFiles;
constexpr u32 kMostTables = NPROC + 1;
constinit Pool<FileTable> tables{LockRank::FileTable, "descriptor tables", kMostTables, Errno::NoMem};
constinit Pool<FileChunk> chunks{LockRank::FileTable, "descriptors", kMostTables*(NOFILE / kFiles),
                                 Errno::NoMem};

constexpr u64 bit_of(int fd) { return u64{1} << fd % kFiles; }

void clone_chunk(const FileChunk& from, FileChunk& to) {
    to.used = from.used;
    to.close_on_exec = from.close_on_exec;
    for (u64 left = from.used; left; left &= left - 1) {
        const int i = std::countr_zero(left);
        to.files[i] = from.files[i];
    }
}

}  // namespace

Result<FileTable*> FileTable::create() { return tables.make(); }

void FileTable::destroy(FileTable* table) {
    for (FileChunk* c : table->more_) {
        if (c) chunks.destroy(*c);
    }
    tables.destroy(*table);
}

Result<FileChunk*> FileTable::need_chunk(int i) {
    if (!chunk(i)) {
        FileChunk* made = TRY(chunks.make());
        Guard g(lock_);
        more_[i - 1] = made;
    }
    return chunk(i);
}

// The lowest free descriptor; allocates its chunk.
Result<int> FileTable::free_descriptor() {
    for (int i = 0; i < kChunks; i++) {
        const FileChunk& c = *TRY(need_chunk(i));
        if (~c.used) return i * kFiles + std::countr_one(c.used);
    }
    return Errno::MFile;
}

Result<> FileTable::make_room() {
    TRY(free_descriptor());
    return {};
}

Result<int> FileTable::install(Ref<File> file, bool close_on_exec) {
    const int fd = TRY(free_descriptor());
    put(fd, std::move(file));
    set_close_on_exec(fd, close_on_exec);
    return fd;
}

Result<int> FileTable::install_at(int fd, Ref<File> file) {
    if (static_cast<unsigned>(fd) >= NOFILE) return Errno::BadF;
    TRY(need_chunk(fd / kFiles));
    put(fd, std::move(file));
    return fd;
}

// What the descriptor stood for is dropped without the lock: closing it may wait.
void FileTable::put(int fd, Ref<File> file) {
    FileChunk& c = *chunk(fd / kFiles);
    Guard g(lock_);
    c.used |= bit_of(fd);
    c.close_on_exec &= ~bit_of(fd);
    std::swap(c.files[fd % kFiles], file);
}

Result<Ref<File>> FileTable::remove(int fd) {
    if (!get(fd)) return Errno::BadF;
    FileChunk& c = *chunk(fd / kFiles);
    Guard g(lock_);
    c.used &= ~bit_of(fd);
    return std::move(c.files[fd % kFiles]);
}

bool FileTable::closes_on_exec(int fd) const { return chunk(fd / kFiles)->close_on_exec & bit_of(fd); }

void FileTable::set_close_on_exec(int fd, bool on) {
    u64& bits = chunk(fd / kFiles)->close_on_exec;
    bits = on ? bits | bit_of(fd) : bits & ~bit_of(fd);
}

void FileTable::close_for_exec() {
    for (int i = 0; i < kChunks; i++) {
        const FileChunk* c = chunk(i);
        for (u64 left = c ? c->used & c->close_on_exec : 0; left; left &= left - 1)
            (void)remove(i * kFiles + std::countr_zero(left));
    }
}

Result<> FileTable::clone_into(FileTable& child) const {
    clone_chunk(first_, child.first_);
    for (int i = 1; i < kChunks; i++) {
        if (!chunk(i) || !chunk(i)->used) continue;
        clone_chunk(*chunk(i), *TRY(child.need_chunk(i)));
    }
    return {};
}

void FileTable::visit(void (*each)(const File&, void*), void* context) const {
    Guard g(lock_);
    for (int i = 0; i < kChunks; i++) {
        const FileChunk* c = chunk(i);
        for (u64 left = c ? c->used : 0; left; left &= left - 1)
            each(*c->files[std::countr_zero(left)], context);
    }
}

}  // namespace fs
