/* POSIX: the settings of a terminal (POSIX.1-2017, chapter 11, and termios.h). The flags, with what each does
 * here, are in kernel/abi/termios.h. All functions fail with -1 and errno: EBADF, ENOTTY (not a terminal),
 * EINVAL (an argument that does not exist). */
#pragma once

#include "abi/termios.h"
#include "sys/cdefs.h"

typedef unsigned int tcflag_t;
typedef unsigned char cc_t;
typedef unsigned int speed_t;

/* tcsetattr(): when. Output is never held back, so TCSADRAIN is as TCSANOW. TCSAFLUSH also discards what has
 * been typed and not been read. */
#define TCSANOW   0
#define TCSADRAIN 1
#define TCSAFLUSH 2

BEGIN_C
/* Copies the settings to *t. */
int tcgetattr(int fd, struct termios* t) POSIX(tcgetattr);
/* Sets all of *t; flags without an effect are stored. */
int tcsetattr(int fd, int when, const struct termios* t) POSIX(tcsetattr);

/* Changes *t so that every character can be read as it is typed, unchanged, without echo and signals. Not
 * POSIX's: from BSD. */
void cfmakeraw(struct termios* t) POSIX(cfmakeraw);

/* The speed of the line, one for both directions: B9600 and so on. It is stored in *t and has no effect. */
speed_t cfgetispeed(const struct termios* t) POSIX(cfgetispeed);
speed_t cfgetospeed(const struct termios* t) POSIX(cfgetospeed);
int cfsetispeed(struct termios* t, speed_t speed) POSIX(cfsetispeed); /* B0: the output's speed */
int cfsetospeed(struct termios* t, speed_t speed) POSIX(cfsetospeed);
int cfsetspeed(struct termios* t, speed_t speed) POSIX(cfsetspeed); /* BSD */

/* Waits until all output has been sent. */
int tcdrain(int fd) POSIX(tcdrain);
/* TCIFLUSH discards what has been typed and not been read; TCOFLUSH does nothing; TCIOFLUSH is both. */
int tcflush(int fd, int which) POSIX(tcflush);
/* TCOOFF stops output, so that writes wait; TCOON continues it. TCIOFF and TCION send VSTOP and VSTART. */
int tcflow(int fd, int action) POSIX(tcflow);
/* Does nothing: the line has no break. */
int tcsendbreak(int fd, int duration) POSIX(tcsendbreak);
END_C
