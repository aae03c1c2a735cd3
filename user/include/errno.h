/* The error numbers, positive: a failed system call returns one of them negated. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

enum {
#define ERROR(kernel_name, name, number, text) name = number,
#include "abi/errno.def"
#undef ERROR
};

/* The error in lower-case words; the sign does not matter, so a failed call's result can be passed as it is.
 */
const char* strerror(int error);

#ifdef __cplusplus
}
#endif
