#include "sys/exec.h"

#include <algorithm>

#include "abi/param.h"
#include "fs/file_table.h"
#include "fs/fs.h"
#include "lib/string.h"
#include "proc/elf.h"

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
        const uptr full = s.vaddr + mm::round_down(s.filesz);  // up to here the file fills the pages
        TRY(space.add_pages(s.vaddr, full, permissions(s), mm::Space::Contents::Any));
        TRY(space.add_pages(full, mm::round_up(s.end()), permissions(s)));
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

constexpr usize kFirst = sizeof(ElfHeader);  // bytes of a file that show what it is

// The interpreter of the script that begins with these bytes; the arguments become the interpreter's.
Result<fs::InodeRef> interpreter_of(char (&line)[kFirst + 1], const char* path, Arguments& arguments) {
    char* end = line;
    while (*end && *end != '\n') end++;
    if (end == line + kFirst) return Errno::NoExec;
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

// Opens a program, or the interpreter of a script, which must not be a script itself, and reads its header.
Result<fs::InodeRef> open_program(const char* path, Arguments& arguments, ElfHeader& header) {
    fs::InodeRef file = TRY(fs::namei(path));
    char first[kFirst + 1] = {};
    const usize n = TRY(file->read_at({reinterpret_cast<u8*>(first), kFirst}, 0));
    if (first[0] == '#' && first[1] == '!') {
        file = TRY(interpreter_of(first, path, arguments));
        TRY(read_struct(*file, 0, header));
    } else {
        if (n != kFirst) return Errno::NoExec;
        memcpy(&header, first, sizeof header);
    }
    if (!elf_header_ok(header)) return Errno::NoExec;
    return file;
}

}  // namespace

Result<i64> exec(Process& p, const char* path, Arguments& arguments) {
    ElfHeader header;
    const fs::InodeRef file = TRY(open_program(path, arguments, header));

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
    frame.all_changed = true;
    frame.pc = header.entry;
    frame.sp = sp;
    frame.a[1] = sp;  // argv
    frame.a[0] = static_cast<u64>(arguments.count());
    return arguments.count();
}
