// Intentionally empty. The kernel is built without floating point (-mabi=lp64). The C++ headers of
// glibc-based cross compilers include this header, but the compilers do not ship it.
