/* The terminal: its settings and its size, with Linux's numbers and layout (asm-generic/termbits.h, which
 * RISC-V uses). Plain C. POSIX.1-2017, chapter 11, says what each flag does. "Stored" in a comment: programs
 * can set and read the flag, but it has no effect here. */
#pragma once

#define NCCS 19
struct termios {
    unsigned int c_iflag; /* input */
    unsigned int c_oflag; /* output */
    unsigned int c_cflag; /* the line, and its speed */
    unsigned int c_lflag; /* editing, echo, signals */
    unsigned char c_line; /* 0 */
    unsigned char c_cc[NCCS];
};

/* The size of the screen in characters; pixels are stored. */
struct winsize {
    unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel;
};

/* Indices of c_cc. A character of 0 (_POSIX_VDISABLE) has no effect. */
#define VINTR    0      /* Ctrl-C: SIGINT to the foreground group */
#define VQUIT    1      /* Ctrl-\: SIGQUIT */
#define VERASE   2      /* DEL: erases a character */
#define VKILL    3      /* Ctrl-U: erases the line */
#define VEOF     4      /* Ctrl-D: ends the line without a character; alone: end of file */
#define VTIME    5      /* tenths of a second */
#define VMIN     6      /* characters that a read without ICANON waits for */
#define VSWTC    7      /* stored */
#define VSTART   8      /* Ctrl-Q: continues output */
#define VSTOP    9      /* Ctrl-S: stops output */
#define VSUSP    10     /* Ctrl-Z: SIGTSTP */
#define VEOL     11     /* ends a line, as newline does */
#define VREPRINT 12     /* Ctrl-R: prints the line again */
#define VDISCARD 13     /* stored */
#define VWERASE  14     /* Ctrl-W: erases a word */
#define VLNEXT   15     /* Ctrl-V: the next character has no special meaning */
#define VEOL2    16     /* as VEOL */
#ifndef _POSIX_VDISABLE /* on the host, unistd.h has it too */
#define _POSIX_VDISABLE 0
#endif

/* c_iflag */
#define IGNBRK  0x0001 /* stored, as BRKINT, IGNPAR, PARMRK, INPCK, IXOFF and IMAXBEL are */
#define BRKINT  0x0002
#define IGNPAR  0x0004
#define PARMRK  0x0008
#define INPCK   0x0010
#define ISTRIP  0x0020 /* clears the eighth bit */
#define INLCR   0x0040 /* newline becomes carriage return */
#define IGNCR   0x0080 /* ignores carriage return */
#define ICRNL   0x0100 /* carriage return becomes newline */
#define IXON    0x0400 /* VSTOP and VSTART stop and continue output */
#define IXANY   0x0800 /* each character continues output */
#define IXOFF   0x1000
#define IMAXBEL 0x2000
#define IUTF8   0x4000 /* VERASE erases a character of UTF-8 */

/* c_oflag */
#define OPOST  0x01 /* without it, nothing is changed */
#define ONLCR  0x04 /* newline becomes carriage return and newline */
#define OCRNL  0x08 /* carriage return becomes newline */
#define ONOCR  0x10 /* no carriage return in column 0 */
#define ONLRET 0x20 /* newline returns the carriage too */

/* c_cflag: stored */
#define CSIZE  0x0030
#define CS5    0x0000
#define CS6    0x0010
#define CS7    0x0020
#define CS8    0x0030
#define CSTOPB 0x0040
#define CREAD  0x0080
#define PARENB 0x0100
#define PARODD 0x0200
#define HUPCL  0x0400
#define CLOCAL 0x0800
#define CBAUD  0x100f

/* c_lflag */
#define ISIG    0x0001 /* VINTR, VQUIT and VSUSP send signals */
#define ICANON  0x0002 /* reads are of lines, which can be edited */
#define ECHO    0x0008
#define ECHOE   0x0010 /* VERASE and VWERASE erase on the screen */
#define ECHOK   0x0020 /* VKILL prints a newline, unless ECHOKE */
#define ECHONL  0x0040 /* echoes newline even without ECHO */
#define NOFLSH  0x0080 /* a signal does not discard the input */
#define TOSTOP  0x0100 /* who writes in the background gets SIGTTOU */
#define ECHOCTL 0x0200 /* echoes control characters as ^X */
#define ECHOPRT 0x0400 /* stored */
#define ECHOKE  0x0800 /* VKILL erases on the screen */
#define IEXTEN  0x8000 /* VWERASE, VREPRINT, VLNEXT and VEOL2 have an effect */

/* Speeds, in CBAUD: stored. */
#define B0      0x0000
#define B50     0x0001
#define B75     0x0002
#define B110    0x0003
#define B134    0x0004
#define B150    0x0005
#define B200    0x0006
#define B300    0x0007
#define B600    0x0008
#define B1200   0x0009
#define B1800   0x000a
#define B2400   0x000b
#define B4800   0x000c
#define B9600   0x000d
#define B19200  0x000e
#define B38400  0x000f
#define B57600  0x1001
#define B115200 0x1002
#define B230400 0x1003

/* tcflush() */
#define TCIFLUSH  0 /* discards what has been typed and not been read */
#define TCOFLUSH  1 /* output is never held back, so this does nothing */
#define TCIOFLUSH 2
/* tcflow() */
#define TCOOFF 0 /* stops output */
#define TCOON  1 /* continues it */
#define TCIOFF 2 /* sends VSTOP to the terminal */
#define TCION  3 /* sends VSTART */
