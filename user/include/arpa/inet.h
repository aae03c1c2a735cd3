/* POSIX: addresses as text. */
#pragma once

#include "netinet/in.h"

BEGIN_C
/* AF_INET or AF_INET6. Returns 1; 0: not an address; -1: another family. */
int inet_pton(int family, const char* text, void* address) POSIX(inet_pton);
const char* inet_ntop(int family, const void* address, char* text, socklen_t size) POSIX(inet_ntop);
int inet_aton(const char* text, struct in_addr* address) POSIX(inet_aton);
in_addr_t inet_addr(const char* text) POSIX(inet_addr);   /* INADDR_NONE: not an address */
char* inet_ntoa(struct in_addr address) POSIX(inet_ntoa); /* valid until the next call */
END_C
