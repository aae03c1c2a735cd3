#include "sys/exec.h"

#include <algorithm>

#include "abi/param.h"
#include "fs/file_table.h"
#include "fs/fs.h"
#include "lib/string.h"
#include "mm/kalloc.h"
#include "mm/uaccess.h"
#include "proc/elf.h"

Result<Arguments> Arguments::create() {
    Arguments a;
    a.page_ = static_cast<char*>(mm::page_alloc());
    if (!a.page_) return Errno::NoMem;
    return a;
}

Arguments::~Arguments() {
    if (page_) mm::page_free(page_);
}

Result<> Arguments::add(const char* text) {
    const usize n = strlen(text) + 1;
    if (count_[list_] == MAXARG || n > mm::kPageSize - size_) return Errno::TooBig;
    memcpy(page_ + size_, text, n);
    size_ += n;
    count_[list_]++;
    return {};
}

Result<> Arguments::add_from_user(UserAddr text) {
    if (count_[list_] == MAXARG) return Errno::TooBig;
    const Result<usize> n = mm::copy_in_string(page_ + size_, text, mm::kPageSize - size_);
    if (n.error() == Errno::NameTooLong) return Errno::TooBig;
    if (!n.ok()) return n.error();
    size_ += n.value() + 1;
    count_[list_]++;
    return {};
}

Result<> Arguments::put_first(const char* text) {
    const usize n = strlen(text) + 1;
    if (count_[kArguments] == MAXARG || n > mm::kPageSize - size_) return Errno::TooBig;
    memmove(page_ + n, page_, size_);
    memcpy(page_, text, n);
    size_ += n;
    count_[kArguments]++;
    return {};
}

void Arguments::remove_first() {
    if (!count_[kArguments]) return;
    const usize n = strlen(page_) + 1;
    memmove(page_, page_ + n, size_ - n);
    size_ -= n;
    count_[kArguments]--;
}

namespace {

// Owns a new space; destroys it unless hand_on() was called.
class NewSpace {
  public:
    explicit NewSpace(mm::Space* s) : space_(s) {}
    ~NewSpace() {
        if (space_) mm::Space::destroy(space_);
    }
    NewSpace(const NewSpace&) = delete;
    NewSpace& operator=(const NewSpace&) = delete;
    mm::Space* operator->() const { return space_; }
    mm::Space& operator*() const { return *space_; }
    mm::Space* hand_on() { return std::exchange(space_, nullptr); }

  private:
    mm::Space* space_;
};

template <class T>
Result<> read_struct(fs::Inode& file, u64 offset, T& out) {
    const usize n = TRY(file.read_at({reinterpret_cast<u8*>(&out), sizeof out}, offset));
    if (n != sizeof out) return Errno::NoExec;
    return {};
}

// Reads the file into [va, va + n), which must be mapped, through the direct map.
Result<> read_into(mm::Space& space, uptr va, fs::Inode& file, u64 offset, usize n) {
    while (n) {
        const usize piece = n < mm::kPageSize ? n : mm::kPageSize;
        auto* page = static_cast<u8*>(space.page_at(va, 0));
        if (TRY(file.read_at({page, piece}, offset)) != piece) return Errno::NoExec;
        va += piece, offset += piece, n -= piece;
    }
    return {};
}

u64 permissions(const ElfSegment& s) {
    u64 bits = 0;
    if (s.flags & ElfSegment::kReadable) bits |= mm::kRead;
    if (s.flags & ElfSegment::kWritable) bits |= mm::kWrite | mm::kRead;
    if (s.flags & ElfSegment::kExecutable) bits |= mm::kExecute;
    return bits;
}

// The end of a loaded program, and its stack size.
struct Loaded {
    uptr end = mm::kUserStart;
    usize stack = STACKSIZE;
};

Result<usize> stack_size(const ElfSegment& s) {
    constexpr u64 kMost = 64 << 20;
    if (s.memsz > kMost) return Errno::NoMem;
    return s.memsz ? mm::round_up(s.memsz) : STACKSIZE;
}

Result<Loaded> load_segments(mm::Space& space, fs::Inode& file, const ElfHeader& header) {
    Loaded loaded;
    for (unsigned i = 0; i < header.phnum; i++) {
        ElfSegment s;
        TRY(read_struct(file, header.phoff + i * sizeof s, s));
        if (s.type == ElfSegment::kStack) loaded.stack = TRY(stack_size(s));
        if (s.type != ElfSegment::kLoad || s.memsz == 0) continue;
        if (!elf_segment_ok(s, loaded.end)) return Errno::NoExec;
        TRY(space.add_pages(s.vaddr, mm::round_up(s.end()), permissions(s)));
        TRY(read_into(space, s.vaddr, file, s.offset, s.filesz));
        loaded.end = mm::round_up(s.end());
    }
    return loaded;
}

// Writes n bytes at va, which must be mapped, through the direct map.
void write_into(mm::Space& space, uptr va, const void* from, usize n) {
    for (auto* f = static_cast<const u8*>(from); n;) {
        const usize offset = va % mm::kPageSize;
        const usize piece = n < mm::kPageSize - offset ? n : mm::kPageSize - offset;
        memcpy(static_cast<u8*>(space.page_at(va, 0)) + offset, f, piece);
        va += piece, f += piece, n -= piece;
    }
}

// Writes the initial stack, from the top: the strings, then argv[] and the environment, each with its null
// pointer. Returns the address of argv, which is the initial sp. TooBig: they do not fit above `bottom`.
Result<uptr> push_arguments(mm::Space& space, uptr bottom, uptr top, const Arguments& arguments) {
    const uptr strings = mm::round_down(top - arguments.size(), 16);
    const int count = arguments.count() + arguments.environment_count();
    const usize bytes = (static_cast<usize>(count) + 2) * sizeof(u64);
    const uptr at = mm::round_down(strings - bytes, 16);
    if (at < bottom) return Errno::TooBig;
    write_into(space, strings, arguments.text(), arguments.size());

    // The pages are new, and so zero: the null pointers are there.
    usize offset = 0;
    for (int i = 0; i < count; i++) {
        const u64 pointer = strings + offset;
        write_into(space, at + sizeof pointer * static_cast<usize>(i + (i >= arguments.count())), &pointer,
                   sizeof pointer);
        offset += strlen(arguments.text() + offset) + 1;
    }
    return at;
}

const char* last_part(const char* path) {
    const char* name = path;
    for (const char* c = path; *c; c++) {
        if (*c == '/') name = c + 1;
    }
    return name;
}

// The next word of a script's first line, terminated; it moves `at` behind it.
const char* next_word(char*& at) {
    while (*at == ' ' || *at == '\t') at++;
    const char* word = at;
    while (*at && *at != ' ' && *at != '\t') at++;
    if (*at) *at++ = '\0';
    return word;
}

// If the file is a script, replaces it by its interpreter, and the arguments by the interpreter's. An
// interpreter must not be a script itself.
Result<fs::InodeRef> interpreter_of(fs::InodeRef file, const char* path, Arguments& arguments) {
    char line[64];
    const usize n = TRY(file->read_at({reinterpret_cast<u8*>(line), sizeof line - 1}, 0));
    line[n] = '\0';
    if (line[0] != '#' || line[1] != '!') return file;
    char* end = line;
    while (*end && *end != '\n') end++;
    if (*end != '\n' && n == sizeof line - 1) return Errno::NoExec;
    *end = '\0';
    char* at = line + 2;
    const char* interpreter = next_word(at);
    const char* argument = next_word(at);
    if (!*interpreter) return Errno::NoExec;
    arguments.remove_first();
    TRY(arguments.put_first(path));
    if (*argument) TRY(arguments.put_first(argument));
    TRY(arguments.put_first(interpreter));
    return fs::namei(interpreter);
}

}  // namespace

Result<i64> exec(Process& p, const char* path, Arguments& arguments) {
    fs::InodeRef file = TRY(interpreter_of(TRY(fs::namei(path)), path, arguments));
    ElfHeader header;
    TRY(read_struct(*file, 0, header));
    if (!elf_header_ok(header)) return Errno::NoExec;

    NewSpace space(TRY(mm::Space::create()));
    const Loaded program = TRY(load_segments(*space, *file, header));
    const uptr stack = program.end + mm::kPageSize;  // leaves one page unmapped
    const uptr top = stack + program.stack;
    // Map the pages that most programs use. Lower pages are allocated at their first access.
    const uptr usual = top - std::min<usize>(program.stack, USERSTACK * mm::kPageSize);
    TRY(space->add_pages(usual, top, mm::kRead | mm::kWrite));
    space->set_stack(stack, top);
    const uptr sp = TRY(push_arguments(*space, usual, top, arguments));

    // From here on nothing can fail.
    if (p.files) p.files->close_for_exec();
    mm::Space* old = process_become(p, space.hand_on(), last_part(path));
    if (&p.thread == arch::this_hart().current) {
        arch::interrupts_off();
        mm::Space::load(p.space);
        arch::interrupts_on();
        arch::float_switch_off();
    }
    p.floating = {};
    if (old) mm::Space::destroy(old);
    arch::TrapFrame& frame = p.trap_frame();
    frame = {};
    frame.pc = header.entry;
    frame.sp = sp;
    frame.a[1] = sp;  // argv
    frame.a[0] = static_cast<u64>(arguments.count());
    return arguments.count();
}
