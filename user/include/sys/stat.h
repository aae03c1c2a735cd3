/* Our own struct stat (kernel/abi/stat.h) under POSIX's names, and the calls that fill it. The mode holds
 * only the type of the file. */
#pragma once

#include "abi/stat.h"
#include "sys/cdefs.h"
#include "sys/types.h"

#define st_dev         dev
#define st_ino         ino
#define st_nlink       nlink
#define st_size        size
#define st_mode        type
#define S_ISDIR(mode)  ((mode) == T_DIR)
#define S_ISREG(mode)  ((mode) == T_FILE)
#define S_ISCHR(mode)  ((mode) == T_DEVICE)
#define S_ISFIFO(mode) ((mode) == T_PIPE)
#define S_ISSOCK(mode) ((mode) == T_SOCK)

/* stat is a struct and a function: usual in C, but -Wshadow warns of it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
BEGIN_C
int stat(const char* path, struct stat* st) POSIX(stat);
int fstat(int fd, struct stat* st) POSIX(fstat);
int mkdir(const char* path, mode_t mode) POSIX(mkdir); /* the mode is ignored */
mode_t umask(mode_t mask) POSIX(umask);                /* is kept, and has no effect; returns the old one */
END_C
#pragma GCC diagnostic pop
