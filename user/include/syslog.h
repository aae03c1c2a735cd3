/* POSIX: messages for the system's log, which is the console. */
#pragma once

#include <stdarg.h>

#include "sys/cdefs.h"

#define LOG_EMERG   0
#define LOG_ALERT   1
#define LOG_CRIT    2
#define LOG_ERR     3
#define LOG_WARNING 4
#define LOG_NOTICE  5
#define LOG_INFO    6
#define LOG_DEBUG   7

#define LOG_KERN   (0 << 3)
#define LOG_USER   (1 << 3)
#define LOG_MAIL   (2 << 3)
#define LOG_DAEMON (3 << 3)
#define LOG_AUTH   (4 << 3)
#define LOG_SYSLOG (5 << 3)
#define LOG_LOCAL0 (16 << 3)
#define LOG_LOCAL7 (23 << 3)

#define LOG_PID    1
#define LOG_CONS   2
#define LOG_NDELAY 8
#define LOG_PERROR 32 /* also on standard error */

#define LOG_MASK(priority) (1 << (priority))
#define LOG_UPTO(priority) ((1 << ((priority) + 1)) - 1)

BEGIN_C
void openlog(const char* name, int options, int facility) POSIX(openlog); /* the name is not copied */
/* One line: "NAME[PID]: message". %m is strerror(errno). At most 512 bytes. */
void syslog(int priority, const char* format, ...) POSIX(syslog) POSIX_PRINTF(2, 3);
void vsyslog(int priority, const char* format, va_list args) POSIX(vsyslog) POSIX_PRINTF(2, 0);
int setlogmask(int mask) POSIX(setlogmask); /* 0 changes nothing; returns the old mask */
void closelog(void) POSIX(closelog);
END_C
