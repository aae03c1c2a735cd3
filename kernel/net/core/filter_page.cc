#include "net/core/filter_page.h"

#include <new>

#include "net/filter/numbers.h"

namespace net {
namespace {

// A page for the time of one call.
struct Scratch {
    void* page = platform::page_alloc();
    Scratch() = default;
    Scratch(const Scratch&) = delete;
    ~Scratch() {
        if (page) platform::page_free(page);
    }
};

}  // namespace

Result<FilterPage> FilterPage::make() {
    void* page = platform::page_alloc();
    if (!page) return Errno::NoMem;
    return FilterPage(page);
}

Result<FilterPage> FilterPage::make(std::span<const bpf_insn> code) {
    FilterPage filter = TRY(make());
    if (!filter->verify(code).ok()) return Errno::Inval;
    return filter;
}

Result<FilterPage> FilterPage::from_user(UserAddr program) {
    bpf_program given;
    TRY(platform::copy_from_user(&given, program, sizeof given));
    return fetch(given);
}

Result<FilterPage> FilterPage::fetch(const bpf_program& given) {
    if (given.bf_len > FilterProgram::kMaxSize) return Errno::Inval;
    const Scratch copy;
    if (!copy.page) return Errno::NoMem;
    auto* code = static_cast<bpf_insn*>(copy.page);
    const UserAddr from{reinterpret_cast<uptr>(given.bf_insns)};
    TRY(platform::copy_from_user(code, from, given.bf_len * sizeof *code));
    return make({code, given.bf_len});
}

Result<FilterPage> FilterPage::from_numbers(TextView text) {
    const Scratch parsed;
    if (!parsed.page) return Errno::NoMem;
    const auto code = parse_numbers(text, {static_cast<bpf_insn*>(parsed.page), FilterProgram::kMaxSize});
    if (!code) return Errno::Inval;
    return make(*code);
}

}  // namespace net
