/* Names of the C library that this program uses for variables of its own: the library must not take them for
 * its functions. main.c calls functions that are made of these. */
#define OWN(name) int name = 42;

/* descriptors, processes */
OWN(read)
OWN(write) OWN(open) OWN(close) OWN(lseek) OWN(dup) OWN(dup2) OWN(pipe) OWN(fork) OWN(wait) OWN(waitpid)
    OWN(execve) OWN(execl) OWN(execv) OWN(execvp) OWN(_exit) OWN(kill) OWN(raise) OWN(sleep) OWN(stat)
        OWN(fstat) OWN(lstat) OWN(unlink) OWN(rmdir) OWN(mkdir) OWN(access) OWN(fcntl) OWN(ioctl) OWN(isatty)
            OWN(getpid) OWN(sbrk) OWN(sigaction) OWN(sigprocmask) OWN(environ) OWN(fgetline) OWN(exec)
                OWN(uptime) OWN(status)
    /* sockets */
    OWN(socket) OWN(connect) OWN(bind) OWN(listen) OWN(accept) OWN(send) OWN(recv) OWN(sendto) OWN(recvfrom)
        OWN(sendmsg) OWN(recvmsg) OWN(poll) OWN(select) OWN(shutdown) OWN(setsockopt) OWN(getsockname)
            OWN(inet_pton) OWN(inet_aton)
    /* strings and numbers */
    OWN(strlen) OWN(strnlen) OWN(strcpy) OWN(strncpy) OWN(strcat) OWN(strcmp) OWN(strncmp) OWN(strcasecmp)
        OWN(strchr) OWN(strrchr) OWN(strstr) OWN(strspn) OWN(strcspn) OWN(strpbrk) OWN(strtok) OWN(strtok_r)
            OWN(strdup) OWN(strndup) OWN(memchr) OWN(memmove) OWN(index) OWN(rindex) OWN(bcopy) OWN(abs)
                OWN(labs) OWN(div) OWN(atoi) OWN(atol) OWN(atof) OWN(isdigit) OWN(isspace) OWN(tolower)
                    OWN(toupper) OWN(rand) OWN(bsearch) OWN(exp) OWN(log) OWN(log2) OWN(sqrt)
    /* stdio, time */
    OWN(fflush) OWN(fputc) OWN(fgetc) OWN(putc) OWN(getc) OWN(puts) OWN(fwrite) OWN(fileno) OWN(vfprintf)
        OWN(vsnprintf) OWN(snprintf) OWN(fdopen) OWN(getdelim) OWN(time) OWN(gmtime_r) OWN(clock_gettime)
            OWN(nanosleep) OWN(optind) OWN(optarg) OWN(opterr) OWN(h_errno) OWN(atexit) OWN(abort)
    /* names that the library has used, or could */
    OWN(refuse) OWN(put) OWN(get) OWN(flush) OWN(settle) OWN(more_input) OWN(inside) OWN(die) OWN(complain)
        OWN(format) OWN(vformat) OWN(check) OWN(parse) OWN(posix_read) OWN(raw_read) OWN(raw_write)
            OWN(xv6_read) OWN(nx6_die) OWN(start_main) OWN(all_files) OWN(program_name) OWN(assert_failed)
                OWN(bad_usage) OWN(min) OWN(max)
