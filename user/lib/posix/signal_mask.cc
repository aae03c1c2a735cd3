// The signal mask in a jmp_buf, for sigsetjmp() and siglongjmp(). There are no signals yet, so there is no
// mask.
#include "setjmp.h"

extern "C" {

int __save_signal_mask(jmp_buffer* env) { return env->mask = 0, 0; }
void __restore_signal_mask(const jmp_buffer*) {}

}  // extern "C"
