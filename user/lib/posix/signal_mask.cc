// The signal mask in a jmp_buf, for sigsetjmp() and siglongjmp().
#include "setjmp.h"
#include "signal.h"

extern "C" {

int save_signal_mask(jmp_buffer* env) {
    sigprocmask(SIG_SETMASK, nullptr, &env->mask);
    return 0;
}
void restore_signal_mask(const jmp_buffer* env) { sigprocmask(SIG_SETMASK, &env->mask, nullptr); }

}  // extern "C"
