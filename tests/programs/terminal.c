/* Checks of the terminal: termios.h, and read(), poll() and ioctl() of the console. test_terminal.py types
 * what they wait for. */
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

#include "check.h"

static struct termios cooked;

static void set_mode(int raw, int minimum, int tenths) {
    struct termios t = cooked;
    if (raw) cfmakeraw(&t);
    t.c_cc[VMIN] = minimum;
    t.c_cc[VTIME] = tenths;
    t.c_oflag = cooked.c_oflag;
    CHECK(tcsetattr(0, TCSANOW, &t) == 0);
}

static void ask(const char* what) {
    printf("%s?\n", what);
    fflush(stdout);
}

static int readable(int fd) {
    int n = -1;
    CHECK(ioctl(fd, FIONREAD, &n) == 0);
    return n;
}

static int selected(int fd, int ms) {
    struct timeval limit = {ms / 1000, ms % 1000 * 1000};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(fd, &set);
    return select(fd + 1, &set, NULL, NULL, &limit);
}

static void settings(void) {
    struct termios t = cooked, u;
    CHECK(t.c_lflag & ICANON && t.c_lflag & ECHO && t.c_lflag & ISIG && t.c_iflag & ICRNL &&
          t.c_oflag & OPOST);
    CHECK(t.c_cc[VINTR] == 3 && t.c_cc[VEOF] == 4 && t.c_cc[VERASE] == 127 && t.c_cc[VMIN] == 1);
    t.c_cc[VKILL] = 'k';
    t.c_lflag |= TOSTOP;
    CHECK(cfsetospeed(&t, B9600) == 0 && cfsetispeed(&t, 0) == 0);
    CHECK(tcsetattr(0, TCSADRAIN, &t) == 0 && tcgetattr(1, &u) == 0 && memcmp(&t, &u, sizeof t) == 0);
    CHECK(cfgetispeed(&u) == B9600 && cfgetospeed(&u) == B9600);
    CHECK(tcsetattr(0, TCSAFLUSH, &cooked) == 0);
    FAILS(cfsetospeed(&t, 0x10000000), EINVAL);
    FAILS(tcsetattr(0, 3, &t), EINVAL);
    FAILS(tcsetattr(0, TCSANOW, (struct termios*)8), EFAULT);
    FAILS(tcgetattr(0, (struct termios*)8), EFAULT);
    CHECK(tcdrain(0) == 0 && tcsendbreak(0, 0) == 0 && tcflush(0, TCIOFLUSH) == 0);
    FAILS(tcflush(0, 3), EINVAL);
    FAILS(tcflow(0, 4), EINVAL);
}

static void names(void) {
    int ends[2], file = open("/README", O_RDONLY);
    struct termios t;
    char name[16];
    CHECK(isatty(0) == 1 && isatty(1) == 1 && strcmp(ttyname(0), "/console") == 0);
    CHECK(ttyname_r(0, name, sizeof name) == 0 && ttyname_r(0, name, 3) == ERANGE &&
          ttyname_r(file, name, 9) == ENOTTY);
    CHECK(pipe(ends) == 0);
    FAILS(isatty(ends[0]) - 1, ENOTTY);
    FAILS(isatty(99) - 1, EBADF);
    FAILS(tcgetattr(file, &t), ENOTTY);
    FAILS(tcdrain(ends[1]), ENOTTY);
    CHECK(ttyname(file) == NULL && errno == ENOTTY);
}

static volatile sig_atomic_t changes;
static void note_change(int number) { changes += number == SIGWINCH; }

/* A change of the size is told to the programs in the foreground. */
static void size(void) {
    struct winsize old, w = {.ws_row = 43, .ws_col = 132, .ws_xpixel = 7}, now;
    signal(SIGWINCH, note_change);
    CHECK(ioctl(0, TIOCGWINSZ, &old) == 0);
    printf("%d columns, %d rows\n", old.ws_col, old.ws_row);
    CHECK(ioctl(0, TIOCSWINSZ, &w) == 0 && ioctl(1, TIOCGWINSZ, &now) == 0 &&
          memcmp(&w, &now, sizeof w) == 0);
    while (changes == 0) usleep(1000);
    FAILS(ioctl(0, TIOCSWINSZ, (void*)8), EFAULT);
    CHECK(ioctl(0, TIOCSWINSZ, &old) == 0);
}

/* Prints each character that is typed, as a number, until q. */
static void raw(void) {
    unsigned char c;
    set_mode(1, 1, 0);
    ask("raw");
    while (read(0, &c, 1) == 1 && c != 'q') {
        printf("<%d>", c);
        fflush(stdout);
    }
    printf("\n");
}

static void minimum(void) {
    char text[16];
    set_mode(1, 3, 0);
    ask("three");
    CHECK(read(0, text, sizeof text) == 3 && memcmp(text, "abc", 3) == 0);
    ask("two more");
    CHECK(read(0, text, 2) == 2 && memcmp(text, "de", 2) == 0);
}

static void times(void) {
    char text[16];
    set_mode(1, 0, 0);
    CHECK(read(0, text, sizeof text) == 0);
    set_mode(1, 0, 1);
    CHECK(read(0, text, sizeof text) == 0);
    set_mode(1, 0, 250);
    ask("one");
    CHECK(read(0, text, sizeof text) == 1);
    set_mode(1, 9, 1);
    ask("another");
    CHECK(read(0, text, sizeof text) == 1); /* the time begins with it */
}

static void nonblocking(void) {
    char text[16];
    CHECK(fcntl(0, F_SETFL, O_NONBLOCK) == 0);
    FAILS(read(0, text, sizeof text), EAGAIN);
    set_mode(1, 1, 0);
    FAILS(read(0, text, sizeof text), EAGAIN);
    set_mode(1, 0, 0);
    CHECK(read(0, text, sizeof text) == 0);
    CHECK(tcflow(1, TCOOFF) == 0);
    FAILS(write(0, "x", 1), EAGAIN);
    CHECK(ready(0, POLLOUT, 0) == 0 && tcflow(1, TCOON) == 0 && ready(0, POLLOUT, 0) == POLLOUT);
    CHECK(fcntl(0, F_SETFL, 0) == 0);
}

static void waits(void) {
    char text[16];
    CHECK(ready(0, POLLIN, 0) == 0 && selected(0, 0) == 0 && readable(0) == 0);
    ask("half a line");
    while (selected(0, 10) == 0) continue; /* "ab" does not make it readable, "ab\n" does */
    CHECK(readable(0) == 3 && ready(0, POLLIN, 0) == POLLIN && read(0, text, sizeof text) == 3);
    set_mode(1, 1, 0);
    CHECK(ready(0, POLLIN, 0) == 0);
    ask("a key");
    CHECK(ready(0, POLLIN, -1) == POLLIN && selected(0, 0) == 1 && readable(0) == 1 &&
          read(0, text, sizeof text) == 1);
    set_mode(1, 2, 0);
    ask("two keys");
    CHECK(ready(0, POLLIN, -1) == POLLIN && read(0, text, sizeof text) == 2);
}

static void long_line(void) {
    static char line[8192];
    ask("4 KiB");
    CHECK(read(0, line, sizeof line) == 4096 && line[0] == 'a' && line[4094] == 'z' && line[4095] == '\n');
}

/* Is killed, in raw mode. The shell repairs the terminal. */
/* What a child in the background does: it is stopped, unless it ignores the signal. */
static int change_settings(void) { return tcsetattr(0, TCSANOW, &cooked); }
static int take_foreground(void) { return tcsetpgrp(0, getpgrp()); }
static int write_to_it(void) { return write(1, "background\n", 11) == 11 ? 0 : -1; }
static int read_from_it(void) {
    char c;
    return read(0, &c, 1) >= 0 ? 0 : -1;
}

static int status_in_background(int (*use)(void), int ignores) {
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        if (ignores) signal(SIGTTOU, SIG_IGN), signal(SIGTTIN, SIG_IGN);
        _exit(use() == 0 ? 0 : errno);
    }
    CHECK(waitpid(pid, &status, WUNTRACED) == pid);
    if (!WIFSTOPPED(status)) return WEXITSTATUS(status);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return -WSTOPSIG(status);
}

static void background(void) {
    struct termios t = cooked;
    CHECK(status_in_background(read_from_it, 0) == -SIGTTIN);
    CHECK(status_in_background(read_from_it, 1) == EIO);
    CHECK(status_in_background(change_settings, 0) == -SIGTTOU);
    CHECK(status_in_background(change_settings, 1) == 0);
    CHECK(status_in_background(take_foreground, 0) == -SIGTTOU);
    CHECK(status_in_background(write_to_it, 0) == 0);
    t.c_lflag |= TOSTOP;
    CHECK(tcsetattr(0, TCSANOW, &t) == 0);
    CHECK(status_in_background(write_to_it, 0) == -SIGTTOU);
    CHECK(status_in_background(write_to_it, 1) == 0);
    CHECK(tcsetattr(0, TCSANOW, &cooked) == 0);
}

static void killed(void) {
    set_mode(1, 1, 0);
    kill(getpid(), SIGKILL);
    sleep(10);
}

/* Starts the text editor in the foreground, and continues it there after Ctrl-Z, as a shell's fg does. */
static void editor(void) {
    struct termios t;
    int status;
    const pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        tcsetpgrp(0, getpid());
        execl("/edit", "edit", "notes", NULL);
        _exit(127);
    }
    setpgid(pid, pid);
    CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP);
    CHECK(tcgetattr(0, &t) == 0 && t.c_lflag == cooked.c_lflag && t.c_iflag == cooked.c_iflag);
    printf("stopped\n");
    fflush(stdout);
    CHECK(tcsetpgrp(0, pid) == 0 && kill(-pid, SIGCONT) == 0);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    tcsetpgrp(0, getpgrp());
}

static const struct check checks[] = {
    {"settings", settings},
    {"names", names},
    {"size", size},
    {"raw", raw},
    {"minimum", minimum},
    {"times", times},
    {"nonblocking", nonblocking},
    {"waits", waits},
    {"long_line", long_line},
    {"background", background},
    {"killed", killed},
    {"editor", editor},
};

int main(int argc, char** argv) {
    CHECK(tcgetattr(0, &cooked) == 0);
    if (argc == 2) run_checks(checks, sizeof checks / sizeof *checks, argv[1]);
    CHECK(tcsetattr(0, TCSADRAIN, &cooked) == 0);
    return failures != 0;
}
