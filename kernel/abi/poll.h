/* poll(): the events. Plain C; the numbers are Linux's. */
#pragma once

#define POLLIN     0x001 /* a read would not block: data, a connection to accept, or end of file */
#define POLLPRI    0x002 /* urgent data */
#define POLLOUT    0x004 /* a write would not block */
#define POLLERR    0x008 /* an error is pending; always reported */
#define POLLHUP    0x010 /* the peer has closed; always reported */
#define POLLNVAL   0x020 /* not an open descriptor; always reported */
#define POLLRDNORM 0x040
#define POLLRDBAND 0x080
#define POLLWRNORM 0x100
#define POLLWRBAND 0x200
#define POLLRDHUP  0x2000 /* the peer has half-closed */

/* One descriptor of a poll(). */
struct pollfd {
    int fd; /* negative: ignored */
    short events;
    short revents;
};
