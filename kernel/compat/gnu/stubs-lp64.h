// Empty on purpose. The kernel is built without floating point (-mabi=lp64), for which glibc-based cross
// compilers ship no such header, though their C++ headers include it.
