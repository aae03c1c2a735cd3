#include "terminal/mode.h"

#include "sys/ioctl.h"
#include "termios.h"

namespace terminal {

bool Mode::enter(bool keep_stop) {
    if (!entered_ && tcgetattr(fd_, &before_) < 0) return false;
    termios t = before_;
    cfmakeraw(&t);
    t.c_oflag |= OPOST | ONLCR;  // others may print too
    if (keep_stop) t.c_iflag |= before_.c_iflag & (ICRNL | IXON);
    // TCSADRAIN, because TCSAFLUSH discards what has been typed.
    return entered_ = tcsetattr(fd_, TCSADRAIN, &t) == 0;
}

void Mode::leave() {
    if (entered_) tcsetattr(fd_, TCSADRAIN, &before_);
    entered_ = false;
}

winsize size_of(int fd) {
    winsize size{};
    if (ioctl(fd, TIOCGWINSZ, &size) < 0) size = {};
    if (size.ws_row == 0) size.ws_row = 24;
    if (size.ws_col == 0) size.ws_col = 80;
    return size;
}

}  // namespace terminal
