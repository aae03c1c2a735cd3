// The signal mask in a jmp_buf, for sigsetjmp() and siglongjmp() (setjmp.S).
#include "posix/posix.h"
#include "setjmp.h"
#include "signal.h"

extern "C" {

int __save_signal_mask(jmp_buffer* env) {
    raw_sigprocmask(SIG_BLOCK, nullptr, &env->mask);
    return 0;
}
void __restore_signal_mask(const jmp_buffer* env) { raw_sigprocmask(SIG_SETMASK, &env->mask, nullptr); }

}  // extern "C"
