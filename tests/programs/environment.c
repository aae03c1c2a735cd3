/* The environment, exec(), system() and popen(). Run as "environment child", it prints what it was given. */
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
    static char* many[40];
    for (int i = 0; i < 39; i++) many[i] = "A=B";
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

int main(int argc, char** argv, char** envp) {
    if (argc > 1) {
        for (int i = 1; i < argc; i++) printf(i + 1 < argc ? "%s " : "%s:", argv[i]);
        for (char** e = envp; *e; e++) printf(" %s", *e);
        printf("\n");
        return envp != environ;
    }
    static const struct check checks[] = {
        {"variables", variables}, {"programs", programs}, {"commands", commands}};
    return run_checks(checks, sizeof checks / sizeof checks[0], NULL);
}
