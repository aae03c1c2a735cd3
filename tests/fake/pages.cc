// The kernel's page allocator for drivers under test, from the same memory as the stack's.
#include "mm/kalloc.h"
#include "net/platform.h"

namespace mm {

void* page_alloc_zeroed() { return net::platform::page_alloc(); }
void page_free(void* page) { net::platform::page_free(page); }

}  // namespace mm
