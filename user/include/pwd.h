/* POSIX: users. There is one, root, whose number is 0. */
#pragma once

#include <stddef.h>

#include "sys/cdefs.h"
#include "sys/types.h"

struct passwd {
    char *pw_name, *pw_passwd;
    uid_t pw_uid;
    gid_t pw_gid;
    char *pw_gecos, *pw_dir, *pw_shell;
};

BEGIN_C
/* Null: there is no such user. */
struct passwd* getpwnam(const char* name);
struct passwd* getpwuid(uid_t uid);
/* Each user in turn, null at the end; after the other two the first again. */
struct passwd* getpwent(void);
void setpwent(void);
void endpwent(void);
END_C
