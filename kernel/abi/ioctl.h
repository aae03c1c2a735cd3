/* The requests of ioctl(), with Linux's numbers. Each has an int* as argument. Plain C. The request for the
 * local CID is in abi/vm_sockets.h; those for network interfaces are in abi/if.h. */
#pragma once
#define TIOCGPGRP 0x540F /* the console: get the foreground process group, 0: none */
#define TIOCSPGRP 0x5410 /* the console: set it. EPERM: there is no such group */
#define FIONREAD  0x541B /* pipes, sockets, the console: get how many bytes a read returns at once */
#define FIONBIO   0x5421 /* all files: set O_NONBLOCK if it is not 0, otherwise clear it */
