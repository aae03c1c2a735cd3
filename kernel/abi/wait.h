/* waitpid(): its options, and the status that it returns; as in Linux. Plain C. */
#pragma once

#define WNOHANG    1 /* return 0 if no child has changed */
#define WUNTRACED  2 /* also children that have stopped */
#define WCONTINUED 8 /* also children that have continued */

#define WIFEXITED(status)    (((status)&0x7f) == 0)
#define WEXITSTATUS(status)  ((status) >> 8 & 0xff)
#define WIFSIGNALED(status)  (((status)&0x7f) != 0 && ((status)&0x7f) != 0x7f)
#define WTERMSIG(status)     ((status)&0x7f)
#define WCOREDUMP(status)    ((status)&0x80) /* never */
#define WIFSTOPPED(status)   (((status)&0xff) == 0x7f)
#define WSTOPSIG(status)     WEXITSTATUS(status)
#define WIFCONTINUED(status) ((status) == 0xffff)
