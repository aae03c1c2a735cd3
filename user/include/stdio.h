/* C: buffered text and files. A buffer is written when it is full, by fflush(), at exit, and on the console
 * at the end of each line. */
#pragma once

#ifdef NX6_USER_H
#error "choose: user.h has printf() and its family with descriptors, stdio.h with FILE*"
#endif
#define NX6_POSIX

#include <stdarg.h>
#include <stddef.h>

#include "abi/seek.h"
#include "sys/cdefs.h"
#include "sys/types.h"

typedef struct stdio_file FILE;
typedef off_t fpos_t;
extern FILE* const stdin;
extern FILE* const stdout;
extern FILE* const stderr;

#define EOF          (-1)
#define BUFSIZ       1024
#define FILENAME_MAX 128
#define FOPEN_MAX    1024
#define P_tmpdir     "/tmp"
#define _IOFBF       0
#define _IOLBF       1
#define _IONBF       2

BEGIN_C
int printf(const char* format, ...) POSIX(printf) POSIX_PRINTF(1, 2);
int fprintf(FILE* f, const char* format, ...) POSIX(fprintf) POSIX_PRINTF(2, 3);
int dprintf(int fd, const char* format, ...) POSIX(dprintf) POSIX_PRINTF(2, 3);
int sprintf(char* text, const char* format, ...) POSIX(sprintf) POSIX_PRINTF(2, 3);
int snprintf(char* text, size_t size, const char* format, ...) POSIX(snprintf) POSIX_PRINTF(3, 4);
int asprintf(char** text, const char* format, ...) POSIX(asprintf) POSIX_PRINTF(2, 3); /* free() the text */
int vprintf(const char* format, va_list args) POSIX(vprintf) POSIX_PRINTF(1, 0);
int vfprintf(FILE* f, const char* format, va_list args) POSIX(vfprintf) POSIX_PRINTF(2, 0);
int vdprintf(int fd, const char* format, va_list args) POSIX(vdprintf) POSIX_PRINTF(2, 0);
int vsprintf(char* text, const char* format, va_list args) POSIX(vsprintf) POSIX_PRINTF(2, 0);
int vsnprintf(char* text, size_t size, const char* format, va_list args) POSIX(vsnprintf) POSIX_PRINTF(3, 0);
int vasprintf(char** text, const char* format, va_list args) POSIX(vasprintf) POSIX_PRINTF(2, 0);
/* All conversions of C, and %ms, which allocates the text. */
int scanf(const char* format, ...) POSIX(scanf);
int fscanf(FILE* f, const char* format, ...) POSIX(fscanf);
int sscanf(const char* text, const char* format, ...) POSIX(sscanf);
int vscanf(const char* format, va_list args) POSIX(vscanf);
int vfscanf(FILE* f, const char* format, va_list args) POSIX(vfscanf);
int vsscanf(const char* text, const char* format, va_list args) POSIX(vsscanf);

/* The mode is r, w or a; + reads and writes, x must make the file (EEXIST), e closes it at exec(). */
FILE* fopen(const char* path, const char* mode) POSIX(fopen);
FILE* fdopen(int fd, const char* mode) POSIX(fdopen); /* EINVAL: the descriptor is not open for that */
FILE* freopen(const char* path, const char* mode, FILE* f) POSIX(freopen); /* the path is not null */
FILE* tmpfile(void) POSIX(tmpfile);                                        /* in /tmp, without a name */
int fseek(FILE* f, long offset, int whence) POSIX(fseek);
int fseeko(FILE* f, off_t offset, int whence) POSIX(fseeko);
long ftell(FILE* f) POSIX(ftell);
off_t ftello(FILE* f) POSIX(ftello);
void rewind(FILE* f) POSIX(rewind);
int fgetpos(FILE* f, fpos_t* position) POSIX(fgetpos);
int fsetpos(FILE* f, const fpos_t* position) POSIX(fsetpos);
int fclose(FILE* f) POSIX(fclose);
int fflush(FILE* f) POSIX(fflush); /* null: all */
int fileno(FILE* f) POSIX(fileno);
int setvbuf(FILE* f, char* buffer, int mode, size_t size) POSIX(setvbuf); /* null: allocated */
void setbuf(FILE* f, char* buffer) POSIX(setbuf);
size_t fread(void* to, size_t size, size_t count, FILE* f) POSIX(fread);
size_t fwrite(const void* from, size_t size, size_t count, FILE* f) POSIX(fwrite);
int fgetc(FILE* f) POSIX(fgetc);
int getc(FILE* f) POSIX(getc);
int getchar(void) POSIX(getchar);
int ungetc(int c, FILE* f) POSIX(ungetc);
char* fgets(char* line, int size, FILE* f) POSIX(fgets);
ssize_t getline(char** line, size_t* size, FILE* f) POSIX(getline);
ssize_t getdelim(char** line, size_t* size, int end, FILE* f) POSIX(getdelim);
int fputc(int c, FILE* f) POSIX(fputc);
int putc(int c, FILE* f) POSIX(putc);
int putchar(int c) POSIX(putchar);
int fputs(const char* s, FILE* f) POSIX(fputs);
int puts(const char* s) POSIX(puts);
int feof(FILE* f) POSIX(feof);
int ferror(FILE* f) POSIX(ferror);
void clearerr(FILE* f) POSIX(clearerr);
void perror(const char* what) POSIX(perror);
int remove(const char* path) POSIX(remove); /* a file, or an empty directory */
int rename(const char* from, const char* to) POSIX(rename);
/* A pipe to or from a command of the shell. pclose() waits for its end and returns its status as waitpid()
 * does. */
FILE* popen(const char* command, const char* mode) POSIX(popen); /* r, w */
int pclose(FILE* f) POSIX(pclose);
END_C
