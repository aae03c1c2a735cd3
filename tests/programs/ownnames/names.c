/* Names of the C library that this program uses for variables of its own: the library must not take them for
 * its functions. main.c calls functions that are made of these. */

/* descriptors, processes */
int read, write, open, close, lseek, dup, dup2, pipe, fork, wait, waitpid, execve, execl, execv, execvp,
    _exit, kill, raise, sleep, stat, fstat, lstat, unlink, rmdir, mkdir, access, fcntl, ioctl, isatty, getpid,
    sbrk, sigaction, sigprocmask, environ, fgetline, exec, uptime, status;

/* sockets */
int socket, connect, bind, listen, accept, send, recv, sendto, recvfrom, sendmsg, recvmsg, poll, select,
    shutdown, setsockopt, getsockname, inet_pton, inet_aton;

/* strings and numbers */
int strlen, strnlen, strcpy, strncpy, strcat, strcmp, strncmp, strcasecmp, strchr, strrchr, strstr, strspn,
    strcspn, strpbrk, strtok, strtok_r, strdup, strndup, memchr, memmove, index, rindex, bcopy, abs, labs,
    div, atoi, atol, atof, isdigit, isspace, tolower, toupper, rand, bsearch, exp, log, log2, sqrt;

/* stdio, time */
int fflush, fputc, fgetc, putc, getc, puts, fwrite, fileno, vfprintf, vsnprintf, snprintf, fdopen, getdelim,
    time, gmtime_r, clock_gettime, nanosleep, optind, optarg, opterr, h_errno, atexit, abort;

/* names that the library has used, or could */
int refuse, put, get, flush, settle, more_input, inside, die, complain, format, vformat, check, parse,
    posix_read, raw_read, raw_write, xv6_read, nx6_die, start_main, all_files, program_name, assert_failed,
    bad_usage, min, max;
