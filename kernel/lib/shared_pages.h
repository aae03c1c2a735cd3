// Pages that a kernel object shares with programs. Programs map them with mmap(); mm/ keeps a reference for
// each mapping, so the pages live as long as the last process that has mapped them.
#pragma once

#include "lib/ref.h"

class SharedPages : public RefCounted {
  public:
    // How many pages there are, and the kernel's address of each. Neither changes. Any context.
    virtual usize page_count() const = 0;
    virtual void* page(usize i) const = 0;

  protected:
    ~SharedPages() = default;
};
