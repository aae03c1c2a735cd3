/* The requests of ioctl(), with Linux's numbers. Each has an int* as argument, unless noted. Plain C. The
 * request for the local CID is in abi/vm_sockets.h; those for network interfaces are in abi/if.h. */
#pragma once
/* The console, with a struct termios* (abi/termios.h). */
#define TCGETS  0x5401 /* get the settings */
#define TCSETS  0x5402 /* set them */
#define TCSETSW 0x5403 /* set them after all output has been sent */
#define TCSETSF 0x5404 /* the same, and discard the input that has not been read */
/* The console, with an int, not a pointer. EINVAL: another value. */
#define TCSBRK 0x5409 /* 0: send a break (does nothing); otherwise wait until all output has been sent */
#define TCXONC 0x540A /* TCOOFF, TCOON, TCIOFF or TCION */
#define TCFLSH 0x540B /* TCIFLUSH, TCOFLUSH or TCIOFLUSH */
/* The console, with a struct winsize*. */
#define TIOCGWINSZ 0x5413 /* get the size of the screen */
#define TIOCSWINSZ 0x5414 /* set it */
#define TIOCGPGRP  0x540F /* the console: get the foreground process group, 0: none */
#define TIOCSPGRP  0x5410 /* the console: set it. EPERM: there is no such group */
#define FIONREAD   0x541B /* pipes, sockets, the console: get how many bytes a read returns at once */
#define FIONBIO    0x5421 /* all files: set O_NONBLOCK if it is not 0, otherwise clear it */
