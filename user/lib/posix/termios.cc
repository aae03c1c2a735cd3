// termios.h, and what unistd.h has for terminals.
#include "termios.h"

#include "abi/devices.h"
#include "posix/posix.h"
#include "sys/ioctl.h"

using posix::check_int;

namespace {

int request(int fd, unsigned what, const void* argument) { return check_int(raw_ioctl(fd, what, argument)); }
int request(int fd, unsigned what, long number) { return check_int(raw_ioctl(fd, what, number)); }

}  // namespace

extern "C" {

int posix_tcgetattr(int fd, struct termios* t) { return request(fd, TCGETS, t); }

int posix_tcsetattr(int fd, int when, const struct termios* t) {
    if (when < TCSANOW || when > TCSAFLUSH) return check_int(-EINVAL);
    return request(fd, TCSETS + static_cast<unsigned>(when), t);
}

void posix_cfmakeraw(struct termios* t) {
    t->c_iflag &= ~tcflag_t{IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON};
    t->c_oflag &= ~tcflag_t{OPOST};
    t->c_lflag &= ~tcflag_t{ECHO | ECHONL | ICANON | ISIG | IEXTEN};
    t->c_cflag &= ~tcflag_t{CSIZE | PARENB};
    t->c_cflag |= CS8;
    t->c_cc[VMIN] = 1;
    t->c_cc[VTIME] = 0;
}

speed_t posix_cfgetospeed(const struct termios* t) { return t->c_cflag & CBAUD; }
speed_t posix_cfgetispeed(const struct termios* t) { return t->c_cflag & CBAUD; }
int posix_cfsetospeed(struct termios* t, speed_t speed) {
    if (speed & ~speed_t{CBAUD}) return check_int(-EINVAL);
    t->c_cflag = (t->c_cflag & ~tcflag_t{CBAUD}) | speed;
    return 0;
}
int posix_cfsetispeed(struct termios* t, speed_t speed) {
    return speed == B0 ? 0 : posix_cfsetospeed(t, speed);
}
int posix_cfsetspeed(struct termios* t, speed_t speed) { return posix_cfsetospeed(t, speed); }

int posix_tcdrain(int fd) { return request(fd, TCSBRK, 1L); }
int posix_tcflush(int fd, int which) { return request(fd, TCFLSH, static_cast<long>(which)); }
int posix_tcflow(int fd, int action) { return request(fd, TCXONC, static_cast<long>(action)); }
int posix_tcsendbreak(int fd, int) { return request(fd, TCSBRK, 0L); }

int posix_isatty(int fd) {
    struct termios t;
    return posix_tcgetattr(fd, &t) == 0;
}

// There is one terminal.
int posix_ttyname_r(int fd, char* name, size_t size) {
    static const char kName[] = "/console";
    struct termios t;
    if (const long result = raw_ioctl(fd, TCGETS, &t); result < 0) return static_cast<int>(-result);
    if (size < sizeof kName) return ERANGE;
    memcpy(name, kName, sizeof kName);
    return 0;
}

char* posix_ttyname(int fd) {
    static char name[16];
    const int error = posix_ttyname_r(fd, name, sizeof name);
    check_int(-error);
    return error ? nullptr : name;
}

}  // extern "C"
