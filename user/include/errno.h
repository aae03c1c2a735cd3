/* The error numbers, positive. A system call of user.h that fails returns one of them negated; a function of
 * POSIX's headers returns -1 and leaves it in errno. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

enum {
#define ERROR(kernel_name, name, number, text) name = number,
#include "abi/errno.def"
#undef ERROR
};

extern int errno;

#ifdef __cplusplus
}
#endif

/* For #ifdef: POSIX wants macros. */
#define EPERM           EPERM
#define ENOENT          ENOENT
#define ESRCH           ESRCH
#define EINTR           EINTR
#define EIO             EIO
#define E2BIG           E2BIG
#define ENOEXEC         ENOEXEC
#define EBADF           EBADF
#define ECHILD          ECHILD
#define EAGAIN          EAGAIN
#define ENOMEM          ENOMEM
#define EACCES          EACCES
#define EFAULT          EFAULT
#define EBUSY           EBUSY
#define EEXIST          EEXIST
#define EXDEV           EXDEV
#define ENODEV          ENODEV
#define ENOTDIR         ENOTDIR
#define EISDIR          EISDIR
#define EINVAL          EINVAL
#define ENFILE          ENFILE
#define EMFILE          EMFILE
#define ENOTTY          ENOTTY
#define EFBIG           EFBIG
#define ENOSPC          ENOSPC
#define ESPIPE          ESPIPE
#define EMLINK          EMLINK
#define EPIPE           EPIPE
#define EDOM            EDOM
#define ERANGE          ERANGE
#define ENAMETOOLONG    ENAMETOOLONG
#define ENOSYS          ENOSYS
#define ENOTEMPTY       ENOTEMPTY
#define EPROTO          EPROTO
#define ENOTSOCK        ENOTSOCK
#define EDESTADDRREQ    EDESTADDRREQ
#define EMSGSIZE        EMSGSIZE
#define EPROTOTYPE      EPROTOTYPE
#define ENOPROTOOPT     ENOPROTOOPT
#define EPROTONOSUPPORT EPROTONOSUPPORT
#define ESOCKTNOSUPPORT ESOCKTNOSUPPORT
#define EOPNOTSUPP      EOPNOTSUPP
#define EAFNOSUPPORT    EAFNOSUPPORT
#define EADDRINUSE      EADDRINUSE
#define EADDRNOTAVAIL   EADDRNOTAVAIL
#define ENETDOWN        ENETDOWN
#define ENETUNREACH     ENETUNREACH
#define ECONNABORTED    ECONNABORTED
#define ECONNRESET      ECONNRESET
#define ENOBUFS         ENOBUFS
#define EISCONN         EISCONN
#define ENOTCONN        ENOTCONN
#define ESHUTDOWN       ESHUTDOWN
#define ETIMEDOUT       ETIMEDOUT
#define ECONNREFUSED    ECONNREFUSED
#define EHOSTDOWN       EHOSTDOWN
#define EHOSTUNREACH    EHOSTUNREACH
#define EALREADY        EALREADY
#define EINPROGRESS     EINPROGRESS
#define EWOULDBLOCK     EAGAIN
#define ENOTSUP         EOPNOTSUPP
