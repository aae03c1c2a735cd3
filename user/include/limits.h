/* C and POSIX: the limits. Those of the kernel are in abi/param.h, whose names a program may use otherwise.
 */
#pragma once

#define CHAR_BIT   __CHAR_BIT__
#define SCHAR_MAX  __SCHAR_MAX__
#define SCHAR_MIN  (-SCHAR_MAX - 1)
#define UCHAR_MAX  (SCHAR_MAX * 2 + 1)
#define SHRT_MAX   __SHRT_MAX__
#define SHRT_MIN   (-SHRT_MAX - 1)
#define USHRT_MAX  (SHRT_MAX * 2 + 1)
#define INT_MAX    __INT_MAX__
#define INT_MIN    (-INT_MAX - 1)
#define UINT_MAX   (INT_MAX * 2U + 1)
#define LONG_MAX   __LONG_MAX__
#define LONG_MIN   (-LONG_MAX - 1)
#define ULONG_MAX  (LONG_MAX * 2UL + 1)
#define LLONG_MAX  __LONG_LONG_MAX__
#define LLONG_MIN  (-LLONG_MAX - 1)
#define ULLONG_MAX (LLONG_MAX * 2ULL + 1)
#define MB_LEN_MAX 1 /* a character is a byte */
#define CHAR_MIN   0 /* char is unsigned on RISC-V */
#define CHAR_MAX   UCHAR_MAX

#define SSIZE_MAX LONG_MAX
#define WORD_BIT  32
#define LONG_BIT  64

#define PATH_MAX       128 /* bytes of a path, including the terminating zero */
#define NAME_MAX       14  /* longer names are cut */
#define OPEN_MAX       1024
#define ARG_MAX        4096 /* bytes of arguments and environment, a page */
#define CHILD_MAX      256
#define IOV_MAX        256
#define PIPE_BUF       4096 /* bytes that a write() to a pipe keeps together */
#define LINE_MAX       2048
#define HOST_NAME_MAX  64
#define LOGIN_NAME_MAX 9
#define TTY_NAME_MAX   32
#define NGROUPS_MAX    0 /* one group, root */
#define SYMLOOP_MAX    0 /* there are no symbolic links */
#define PAGESIZE       4096
#define PAGE_SIZE      PAGESIZE
#define RE_DUP_MAX     255

/* What every system of POSIX has at least. */
#define _POSIX_ARG_MAX        4096
#define _POSIX_CHILD_MAX      25
#define _POSIX_HOST_NAME_MAX  255
#define _POSIX_LINK_MAX       8
#define _POSIX_LOGIN_NAME_MAX 9
#define _POSIX_MAX_CANON      255
#define _POSIX_MAX_INPUT      255
#define _POSIX_NAME_MAX       14
#define _POSIX_NGROUPS_MAX    8
#define _POSIX_OPEN_MAX       20
#define _POSIX_PATH_MAX       256
#define _POSIX_PIPE_BUF       512
#define _POSIX_RE_DUP_MAX     255
#define _POSIX_SSIZE_MAX      32767
#define _POSIX_STREAM_MAX     8
#define _POSIX_SYMLOOP_MAX    8
#define _POSIX_TTY_NAME_MAX   9
#define _POSIX_TZNAME_MAX     6
#define _POSIX2_LINE_MAX      2048
#define _POSIX2_RE_DUP_MAX    255
#define _XOPEN_IOV_MAX        16
#define _XOPEN_NAME_MAX       255
#define _XOPEN_PATH_MAX       1024
