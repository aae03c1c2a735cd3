/* C: assert(). */
#include "sys/cdefs.h"

BEGIN_C
void __assert_failed(const char* file, int line, const char* condition) __attribute__((noreturn));
END_C

#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition) ((condition) ? (void)0 : __assert_failed(__FILE__, __LINE__, #condition))
#endif
#if !defined(__cplusplus) && !defined(static_assert)
#define static_assert _Static_assert
#endif
