/* Linux: copies from a file to another descriptor. */
#pragma once

#include "sys/cdefs.h"
#include "sys/types.h"

BEGIN_C
/* Writes up to n bytes of `in`, a disk file, from *offset on (null: from its own offset on), which advances,
 * to `out`, which may be a socket. Returns the number of bytes written: less than n at the end of the file,
 * or if `out` takes no more. EINVAL: `in` is not a disk file. Otherwise the errors of pread() and write(). */
ssize_t sendfile(int out, int in, off_t* offset, size_t n) POSIX(sendfile);
END_C
