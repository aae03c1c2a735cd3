/* POSIX: groups. There is one, root, whose number is 0. */
#pragma once

#include "sys/cdefs.h"
#include "sys/types.h"

struct group {
    char *gr_name, *gr_passwd;
    gid_t gr_gid;
    char** gr_mem;
};

BEGIN_C
/* Null: there is no such group. */
struct group* getgrnam(const char* name);
struct group* getgrgid(gid_t gid);
struct group* getgrent(void);
void setgrent(void);
void endgrent(void);
END_C
