/* C: strings and memory. */
#pragma once

#include <stddef.h>

#include "strings.h"
#include "sys/cdefs.h"

BEGIN_C
void* memcpy(void* to, const void* from, size_t n);
void* memmove(void* to, const void* from, size_t n);
void* memset(void* to, int byte, size_t n);
int memcmp(const void* a, const void* b, size_t n);
void* memchr(const void* s, int byte, size_t n);
size_t strlen(const char* s);
size_t strnlen(const char* s, size_t n);
int strcmp(const char* a, const char* b);
int strncmp(const char* a, const char* b, size_t n);
char* strcpy(char* to, const char* from);
char* strncpy(char* to, const char* from, size_t n);
char* strcat(char* to, const char* from);
char* strncat(char* to, const char* from, size_t n);
char* strchr(const char* s, int c) POSIX(strchr);
char* strrchr(const char* s, int c);
char* strstr(const char* s, const char* part);
size_t strspn(const char* s, const char* set);
size_t strcspn(const char* s, const char* set);
char* strpbrk(const char* s, const char* set);
char* strtok(char* s, const char* separators);
char* strtok_r(char* s, const char* separators, char** rest);
char* strdup(const char* s);
char* strndup(const char* s, size_t n);
char* strerror(int error);
char* strsignal(int number) POSIX(strsignal);       /* "Terminated"; valid until the next call */
int strerror_r(int error, char* text, size_t size); /* POSIX's: 0, or ERANGE if the text was cut */
int strcoll(const char* a, const char* b);          /* the C locale: strcmp() */
size_t strxfrm(char* to, const char* from, size_t n);
char* stpcpy(char* to, const char* from); /* returns the end of the copy */
char* stpncpy(char* to, const char* from, size_t n);
void* memccpy(void* to, const void* from, int byte, size_t n);

/* BSD's: the result is always terminated. Both return the length that it would have without a limit. */
size_t strlcpy(char* to, const char* from, size_t size);
size_t strlcat(char* to, const char* from, size_t size);
char* strsep(char** rest, const char* separators); /* the next field, which may be empty */

/* GNU's */
char* strcasestr(const char* s, const char* part);
char* strchrnul(const char* s, int c); /* the end of s, if it has no c */
void* memmem(const void* s, size_t n, const void* part, size_t part_size);
void* memrchr(const void* s, int byte, size_t n);
void* mempcpy(void* to, const void* from, size_t n); /* returns the end of the copy */
END_C
