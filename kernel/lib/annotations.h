// Clang's thread-safety attributes (clang.llvm.org/docs/ThreadSafetyAnalysis.html). `make lint` compiles all
// code with -Wthread-safety; for GCC the macros are empty.
#pragma once

#if defined(__clang__)
#define THREAD_ANNOTATION(x) __attribute__((x))
#else
#define THREAD_ANNOTATION(x)
#endif

#define CAPABILITY(name)    THREAD_ANNOTATION(capability(name))
#define SCOPED_CAPABILITY   THREAD_ANNOTATION(scoped_lockable)
#define GUARDED_BY(lock)    THREAD_ANNOTATION(guarded_by(lock))
#define PT_GUARDED_BY(lock) THREAD_ANNOTATION(pt_guarded_by(lock))
#define REQUIRES(...)       THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define ACQUIRE(...)        THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define RELEASE(...)        THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define EXCLUDES(...)       THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define ASSERT_HELD(...)    THREAD_ANNOTATION(assert_capability(__VA_ARGS__))
#define RETURNS_LOCK(lock)  THREAD_ANNOTATION(lock_returned(lock))
#define NO_THREAD_SAFETY    THREAD_ANNOTATION(no_thread_safety_analysis)
