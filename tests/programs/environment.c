/* The environment, exec(), system() and popen(). Run as "environment child", it prints what it was given. */
#include <grp.h>
#include <ifaddrs.h>
#include <locale.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <pwd.h>
#include <sys/param.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <syslog.h>

#include "check.h"

extern char** environ;

static const char* output_of(const char* command) {
    static char line[512];
    FILE* f = popen(command, "r");
    size_t n = f ? fread(line, 1, sizeof line - 1, f) : 0;
    line[n] = '\0';
    CHECK(f && pclose(f) == 0);
    return line;
}

static void variables(void) {
    CHECK(clearenv() == 0 && getenv("A") == NULL);
    CHECK(setenv("A", "1", 1) == 0 && strcmp(getenv("A"), "1") == 0);
    CHECK(setenv("A", "2", 0) == 0 && strcmp(getenv("A"), "1") == 0);
    CHECK(setenv("A", "2", 1) == 0 && strcmp(getenv("A"), "2") == 0);
    FAILS(setenv("", "x", 1), EINVAL);
    FAILS(setenv("A=B", "x", 1), EINVAL);
    FAILS(unsetenv("A=B"), EINVAL);
    static char text[] = "B=3";
    CHECK(putenv(text) == 0 && getenv("B") == text + 2);
    CHECK(unsetenv("A") == 0 && getenv("A") == NULL && strcmp(getenv("B"), "3") == 0);
    char name[16];
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "V%d", i);
        CHECK(setenv(name, name, 1) == 0);
    }
    CHECK(strcmp(getenv("V99"), "V99") == 0);
    CHECK(clearenv() == 0 && getenv("V99") == NULL);
}

/* What the child prints when `run` executes it. */
static const char* said(void (*run)(void)) {
    static char line[512];
    int fds[2], status;
    CHECK(pipe(fds) == 0);
    const pid_t pid = fork();
    if (pid == 0) {
        dup2(fds[1], 1);
        close(fds[0]);
        close(fds[1]);
        run();
        _exit(errno);
    }
    close(fds[1]);
    size_t n = 0;
    for (ssize_t got; (got = read(fds[0], line + n, sizeof line - 1 - n)) > 0;) n += (size_t)got;
    line[n] = '\0';
    close(fds[0]);
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    if (WEXITSTATUS(status)) snprintf(line, sizeof line, "%s", strerror(WEXITSTATUS(status)));
    return line;
}

static char* const child[] = {"environment", "child", NULL};
static void with_execv(void) { execv("/environment", child); }
static void with_execle(void) {
    char* const given[] = {"X=9", "Y=8", NULL};
    execle("/environment", "environment", "child", (char*)NULL, given);
}
static void with_execlp(void) { execlp("environment", "environment", "child", "more", (char*)NULL); }
static void without_path(void) {
    setenv("PATH", "/nowhere:/", 1);
    execvp("environment", child);
}
static void with_too_much(void) {
    static char* many[140];
    for (int i = 0; i < 139; i++) many[i] = "A=B";
    execve("/environment", child, many);
}

static void programs(void) {
    CHECK(clearenv() == 0 && setenv("A", "1", 1) == 0);
    CHECK(strcmp(said(with_execv), "child: A=1\n") == 0);
    CHECK(strcmp(said(with_execle), "child: X=9 Y=8\n") == 0);
    CHECK(strcmp(said(with_execlp), "child more: A=1\n") == 0);
    CHECK(strcmp(said(without_path), "child: A=1 PATH=/nowhere:/\n") == 0);
    CHECK(strcmp(said(with_too_much), strerror(E2BIG)) == 0);
}

static void commands(void) {
    CHECK(system(NULL) == 1);
    CHECK(WEXITSTATUS(system("cat no-such-file > /dev/null || cat no-such-file > log")) == 1);
    CHECK(system("echo hello > written") == 0);
    CHECK(strcmp(output_of("cat written"), "hello\n") == 0);
    CHECK(clearenv() == 0 && setenv("A", "7", 1) == 0);
    CHECK(strcmp(output_of("environment child"), "child: A=7\n") == 0); /* the shell passes it on */
    FILE* f = popen("cat > written", "w");
    CHECK(f && fprintf(f, "piped %d\n", 5) == 8 && pclose(f) == 0);
    CHECK(strcmp(output_of("cat written"), "piped 5\n") == 0);
}

static void system_facts(void) {
    struct utsname name;
    CHECK(uname(&name) == 0 && strcmp(name.sysname, "nx6") == 0 && strcmp(name.machine, "riscv64") == 0);
    CHECK(getpwuid(0) && strcmp(getpwuid(0)->pw_name, "root") == 0 && getpwnam("nobody") == NULL &&
          getpwuid(1) == NULL);
    CHECK(getgrgid(0) && strcmp(getgrgid(0)->gr_name, "root") == 0 && getgrnam("nobody") == NULL);
    CHECK(strcmp(setlocale(LC_ALL, ""), "C") == 0 && setlocale(LC_ALL, "de_DE") == NULL);
    CHECK(strcmp(localeconv()->decimal_point, ".") == 0);
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == 1024);
    for (volatile int i = 0; i < 3000000; i++) {
    }
    struct rusage usage;
    struct tms t;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0 &&
          usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec > 0);
    CHECK(clock() > 0 && times(&t) > 0);
    openlog("facts", LOG_PID, LOG_USER);
    errno = ENOENT;
    syslog(LOG_ERR, "%s: %m", "logged");
}

static void names(void) {
    struct ifaddrs *list, *each;
    int found = 0;
    CHECK(getifaddrs(&list) == 0);
    for (each = list; each; each = each->ifa_next) {
        if (strcmp(each->ifa_name, "eth0") != 0) continue;
        found = 1;
        CHECK(each->ifa_flags & IFF_UP);
        CHECK(each->ifa_addr && each->ifa_addr->sa_family == AF_INET);
    }
    CHECK(found);
    freeifaddrs(list);
    struct servent* s = getservbyport(htons(80), "tcp");
    CHECK(s && strcmp(s->s_name, "http") == 0 && getservbyport(htons(9999), NULL) == NULL);
    CHECK(getprotobynumber(6) && strcmp(getprotobynumber(6)->p_name, "tcp") == 0);
    struct addrinfo hints, *a;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_V4MAPPED;
    CHECK(getaddrinfo("::1", "80", &hints, &a) == 0 && a->ai_family == AF_INET);
    CHECK(((struct sockaddr_in*)a->ai_addr)->sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    freeaddrinfo(a);
    CHECK(getaddrinfo("2001:db8::1", "80", &hints, &a) == EAI_FAMILY);
    hints.ai_family = AF_INET6;
    CHECK(getaddrinfo("localhost", "80", &hints, &a) == EAI_FAMILY);
    FAILS(socket(AF_INET6, SOCK_STREAM, 0), EAFNOSUPPORT);
}

int main(int argc, char** argv, char** envp) {
    if (argc > 1) {
        for (int i = 1; i < argc; i++) printf(i + 1 < argc ? "%s " : "%s:", argv[i]);
        for (char** e = envp; *e; e++) printf(" %s", *e);
        printf("\n");
        return envp != environ;
    }
    static const struct check checks[] = {{"variables", variables},
                                          {"programs", programs},
                                          {"commands", commands},
                                          {"system", system_facts},
                                          {"names", names}};
    return run_checks(checks, sizeof checks / sizeof checks[0], NULL);
}
