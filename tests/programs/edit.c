/* edit FILE: a small text editor, as an example of what needs a terminal in raw mode. Arrows move, Backspace
 * and Enter edit, Ctrl-S saves, Ctrl-Q quits. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { MOST = 65536, CTRL_Q = 17, CTRL_S = 19, BACKSPACE = 127, UP = 1000, DOWN, RIGHT, LEFT, HOME, END };

static struct termios before;
static char text[MOST];
static int length, cursor, top; /* top: the first line on the screen */
static const char* path;
static const char* message = "Ctrl-S saves, Ctrl-Q quits";

static void leave_raw_mode(void) { tcsetattr(0, TCSAFLUSH, &before); }

static void enter_raw_mode(void) {
    struct termios raw;
    if (tcgetattr(0, &before) < 0) {
        perror("edit");
        exit(1);
    }
    atexit(leave_raw_mode);
    raw = before;
    cfmakeraw(&raw);
    raw.c_cc[VMIN] = 0; /* a read returns after two seconds: so ESC alone is a key */
    raw.c_cc[VTIME] = 20;
    tcsetattr(0, TCSAFLUSH, &raw);
}

/* A key; the escape sequences of arrows are one. */
static int read_key(void) {
    char c, rest[2];
    while (read(0, &c, 1) != 1) continue;
    if (c != '\33' || read(0, &rest[0], 1) != 1 || read(0, &rest[1], 1) != 1 || rest[0] != '[') return c;
    switch (rest[1]) {
        case 'A': return UP;
        case 'B': return DOWN;
        case 'C': return RIGHT;
        case 'D': return LEFT;
        case 'H': return HOME;
        case 'F': return END;
        default: return '\33';
    }
}

static int line_start(int at) {
    while (at > 0 && text[at - 1] != '\n') at--;
    return at;
}
static int line_end(int at) {
    while (at < length && text[at] != '\n') at++;
    return at;
}
static int line_number(int at) {
    int n = 0;
    while (at > 0) n += text[--at] == '\n';
    return n;
}

/* Prints the whole screen in one write, so that it does not flicker. */
static void draw(void) {
    static char screen[2 * MOST];
    struct winsize size;
    int used, at = 0, line, row = line_number(cursor);
    if (ioctl(1, TIOCGWINSZ, &size) < 0) size.ws_row = 24, size.ws_col = 80;
    if (row < top) top = row;
    if (row >= top + size.ws_row - 1) top = row - size.ws_row + 2;
    used = sprintf(screen, "\33[?25l\33[H");
    for (line = 0; line < top; line++) at = line_end(at) + 1;
    for (line = 0; line < size.ws_row - 1; line++) {
        const int end = at <= length ? line_end(at) : at;
        const int n = end - at < size.ws_col ? end - at : size.ws_col;
        used += at <= length ? sprintf(screen + used, "%.*s\33[K\r\n", n, text + at)
                             : sprintf(screen + used, "~\33[K\r\n");
        at = end + 1;
    }
    used += sprintf(screen + used, "\33[7m%s: %d bytes. %s\33[m\33[K\33[%d;%dH\33[?25h", path, length,
                    message, row - top + 1, cursor - line_start(cursor) + 1);
    write(1, screen, used);
}

static void insert(char c) {
    if (length == MOST) return;
    memmove(text + cursor + 1, text + cursor, length - cursor);
    text[cursor++] = c;
    length++;
}

static void erase(void) {
    if (cursor == 0) return;
    memmove(text + cursor - 1, text + cursor, length - cursor);
    cursor--;
    length--;
}

static void move_vertically(int down) {
    const int column = cursor - line_start(cursor);
    int start = down ? line_end(cursor) + 1 : line_start(cursor) - 1;
    if (start < 0 || start > length) return;
    start = line_start(start);
    cursor = line_end(start) - start < column ? line_end(start) : start + column;
}

static void load(void) {
    const int fd = open(path, O_RDONLY);
    if (fd < 0) return;
    length = read(fd, text, sizeof text);
    close(fd);
}

static void save(void) {
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    message = fd >= 0 && write(fd, text, length) == length ? "saved" : strerror(errno);
    close(fd);
}

int main(int argc, char** argv) {
    int key;
    if (argc != 2) return fprintf(stderr, "usage: edit FILE\n"), 1;
    path = argv[1];
    load();
    enter_raw_mode();
    for (draw(); (key = read_key()) != CTRL_Q; draw()) {
        switch (key) {
            case UP: move_vertically(0); break;
            case DOWN: move_vertically(1); break;
            case LEFT: cursor -= cursor > 0; break;
            case RIGHT: cursor += cursor < length; break;
            case HOME: cursor = line_start(cursor); break;
            case END: cursor = line_end(cursor); break;
            case BACKSPACE: erase(); break;
            case CTRL_S: save(); break;
            case '\r': insert('\n'); break;
            default: insert((char)key);
        }
    }
    write(1, "\33[2J\33[H", 7);
    return 0;
}
