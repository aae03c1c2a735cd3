#include "dev/console.h"

#include "abi/ioctl.h"
#include "dev/tty/tty.h"
#include "dev/uart.h"
#include "lib/panic.h"
#include "mm/uaccess.h"
#include "proc/job_control.h"
#include "proc/sched.h"

namespace dev {
namespace {

constinit Tty tty;

template <class T>
Result<> give(UserAddr to, const T& value) {
    return mm::copy_out(to, &value, sizeof value);
}

template <class T>
Result<T> get(UserAddr from) {
    T value{};
    TRY(mm::copy_in(&value, from, sizeof value));
    return value;
}

Result<> set_foreground(int group) {
    if (group < 0) return Errno::Inval;
    if (group && process_session_of(group) != current_process().session) return Errno::Perm;
    tty.set_foreground(group);
    return {};
}

Result<> flush(int which) {
    if (which != TCIFLUSH && which != TCOFLUSH && which != TCIOFLUSH) return Errno::Inval;
    if (which != TCOFLUSH) tty.discard_input();
    return {};
}

Result<> control_flow(int action) {
    if (action == TCOOFF || action == TCOON) {
        tty.stop_output(action == TCOOFF);
        return {};
    }
    if (action != TCIOFF && action != TCION) return Errno::Inval;
    const termios t = tty.settings();
    const auto c = static_cast<char>(t.c_cc[action == TCIOFF ? VSTOP : VSTART]);
    if (c != _POSIX_VDISABLE) uart_write_raw(&c, 1);
    return {};
}

bool changes_terminal(u32 request) {
    switch (request) {
        case TCSETS:
        case TCSETSW:
        case TCSETSF:
        case TCXONC:
        case TCFLSH:
        case TIOCSPGRP: return true;
        default: return false;
    }
}

Result<> set(UserAddr from, bool discard) {
    tty.set(TRY(get<termios>(from)), discard);
    return {};
}

}  // namespace

void console_init() {
    if (!kthread_create(
            "console", [](void*) { tty.keys().serve(); }, nullptr))
        panic("no memory for the console thread");
    uart_start_input([](char c) { tty.received(c); });
}

void console_set_size(unsigned columns, unsigned rows) {
    tty.set_size({.ws_row = static_cast<u16>(rows), .ws_col = static_cast<u16>(columns)});
}

Result<i64> console_read(UserAddr to, usize n, bool wait) { return tty.read(to, n, wait); }
u32 console_poll(PollEntry* watch) { return tty.poll(watch); }
void console_unwatch(PollEntry& watch) { tty.unwatch(watch); }

// Output is sent before write() returns, so nobody has to wait for it.
Result<> console_ioctl(u32 request, UserAddr argument) {
    if (changes_terminal(request)) TRY(tty.may_change());
    const int number = static_cast<int>(argument.value);
    switch (request) {
        case TCGETS: return give(argument, tty.settings());
        case TCSETS:
        case TCSETSW: return set(argument, false);
        case TCSETSF: return set(argument, true);
        case TCSBRK: return {};
        case TCXONC: return control_flow(number);
        case TCFLSH: return flush(number);
        case TIOCGWINSZ: return give(argument, tty.size());
        case TIOCSWINSZ: tty.set_size(TRY(get<winsize>(argument))); return {};
        case TIOCGPGRP: return give(argument, tty.foreground());
        case TIOCSPGRP: return set_foreground(TRY(get<int>(argument)));
        case FIONREAD: return give(argument, tty.count_readable());
        default: return Errno::NotTty;
    }
}

Result<i64> console_write(UserAddr from, usize n, bool wait) {
    TRY(tty.may_write());
    char text[256];
    usize done = 0;
    while (done < n) {
        const usize piece = n - done < sizeof text ? n - done : sizeof text;
        if (done && current_interrupted()) break;  // a signal ends a long write
        yield_if_due();
        Result<> written = mm::copy_in(text, from + done, piece);
        if (written.ok()) written = tty.write(text, piece, wait);
        if (!written.ok()) return done ? Result<i64>(static_cast<i64>(done)) : written.error();
        done += piece;
    }
    return static_cast<i64>(done);
}

}  // namespace dev
