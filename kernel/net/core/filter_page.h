// A filter program in a page of its own: move-only, and freed with its owner.
#pragma once

#include <utility>

#include "lib/text_view.h"
#include "net/filter/program.h"
#include "net/platform.h"

namespace net {

class FilterPage {
  public:
    FilterPage() = default;  // none
    FilterPage(FilterPage&& o) noexcept : program_(std::exchange(o.program_, nullptr)) {}
    FilterPage& operator=(FilterPage&& o) noexcept {
        std::swap(program_, o.program_);
        return *this;
    }
    ~FilterPage() {
        if (program_) platform::page_free(program_);
    }

    // A program that matches nothing yet: verify() or a builder fills it. Errors: NoMem.
    static Result<FilterPage> make();
    // Copies and verifies `code`. Errors: NoMem, Inval (the program is not valid).
    static Result<FilterPage> make(std::span<const bpf_insn> code);
    // The same for a `struct bpf_program` of the calling process, which may change it meanwhile: what is
    // verified is a copy. Errors: Fault, NoMem, Inval. Thread context, no lock held.
    static Result<FilterPage> from_user(UserAddr program);
    // The same for these instructions of the calling process.
    static Result<FilterPage> fetch(const bpf_program& program);
    // The same for the numbers of `tcpdump -ddd` (filter/numbers.h). Errors: NoMem, Inval.
    static Result<FilterPage> from_numbers(TextView text);

    explicit operator bool() const { return program_ != nullptr; }
    FilterProgram& operator*() const { return *program_; }
    FilterProgram* operator->() const { return program_; }

  private:
    explicit FilterPage(void* page) : program_(new (page) FilterProgram) {}

    FilterProgram* program_ = nullptr;
};

}  // namespace net
