/* Addresses of AF_UNIX sockets, with Linux's layout. Plain C; see unix(7). */
#pragma once

#define UNIX_PATH_MAX 108

struct sockaddr_un {
    unsigned short sun_family;    /* AF_UNIX */
    char sun_path[UNIX_PATH_MAX]; /* a path; the terminating zero may be missing */
};
