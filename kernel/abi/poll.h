/* poll(): what a descriptor is ready for. Plain C; the numbers are Linux's. */
#pragma once

#define POLLIN     0x001 /* a read would not wait: data, a connection to accept, or the end */
#define POLLPRI    0x002 /* urgent data */
#define POLLOUT    0x004 /* a write would not wait */
#define POLLERR    0x008 /* an error is pending; always told */
#define POLLHUP    0x010 /* the other end is gone; always told */
#define POLLNVAL   0x020 /* not an open descriptor; always told */
#define POLLRDNORM 0x040
#define POLLRDBAND 0x080
#define POLLWRNORM 0x100
#define POLLWRBAND 0x200
#define POLLRDHUP  0x2000 /* the other end sends no more */

/* One descriptor of a poll(). */
struct pollfd {
    int fd; /* negative: left out */
    short events;
    short revents;
};
