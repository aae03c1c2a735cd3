#include "dev/tty/tty.h"

#include "abi/poll.h"
#include "dev/uart.h"
#include "mm/uaccess.h"
#include "proc/clock.h"
#include "proc/job_control.h"

namespace dev {

void Tty::show(void*, const char* text, usize n) { uart_write_raw(text, n); }

void Tty::received(char c) {
    IrqGuard g(lock_);
    receive_locked(c);
}

void Tty::receive_locked(char c) {
    if (!terminal_.has_room_for(c)) {
        held_ = c;
        paused_ = true;
        return uart_receive(false);
    }
    fulfil_locked(terminal_.receive(c));
    changed_locked();
}

void Tty::fulfil_locked(const Terminal::Wish& wish) {
    if (wish.signal) signal_locked(wish.signal);
    if (wish.list_processes) keys_.list_processes();
}

// Ctrl-C without a foreground group is for the reader, a shell: its read fails with Intr, so that it prints a
// new prompt.
void Tty::signal_locked(int number) {
    if (number == SIGINT) {
        interruptions_++;
        input_.wake_all();
    }
    if (const int group = foreground_.group()) keys_.signal(group, number);
}

void Tty::changed_locked() {
    if (terminal_.has_input()) input_.wake_all();
    if (!terminal_.stopped()) output_.wake_all();
    pollers_.wake_all();
    resume_locked();
}

void Tty::resume_locked() {
    if (!paused_ || !terminal_.is_half_empty()) return;
    paused_ = false;
    receive_locked(held_);
    uart_receive(true);
}

bool Tty::stops_background() {
    IrqGuard g(lock_);
    return terminal_.stops_background();
}

bool Tty::in_background() {
    IrqGuard g(lock_);
    return foreground_.is_background(current_process());
}

Result<> Tty::may_change() {
    if (!in_background()) return {};
    const Errno error = process_stop_background(SIGTTOU);
    return error == Errno::None ? Result<>() : Result<>(error);
}

Result<> Tty::may_write() { return stops_background() ? may_change() : Result<>(); }

Result<i64> Tty::read(UserAddr to, usize n, bool wait) {
    char piece[128];
    Read r{.wait = wait, .started = clock_now()};
    while (!r.ended && r.copied < n) {
        if (in_background()) {
            if (r.copied > 0) break;
            return process_stop_background(SIGTTIN);
        }
        const usize room = n - r.copied < sizeof piece ? n - r.copied : sizeof piece;
        const Result<usize> got = take(piece, room, r);
        if (!got.ok() && r.copied == 0) return got.error();
        if (!got.ok()) break;
        TRY(mm::copy_out(to + r.copied, piece, got.value()));
        r.copied += got.value();
    }
    return static_cast<i64>(r.copied);
}

// Takes up to n characters, after waiting for the first of them. None: the read has ended, or the process is
// in the background now, and the characters are for another. Again, Intr.
Result<usize> Tty::take(char* to, usize n, Read& r) {
    IrqGuard g(lock_);
    const unsigned heard = heard_;
    while (!terminal_.has_input()) {
        r.ended = terminal_.is_enough(r.copied);
        if (!r.ended) TRY(wait_locked(r, heard));
        if (r.ended) return usize{0};
    }
    if (foreground_.is_background(current_process())) return usize{0};
    const usize got = terminal_.take(to, n, r.ended);
    resume_locked();
    return got;
}

Result<> Tty::wait_locked(Read& r, unsigned heard) {
    if (interruptions_ != heard && !foreground_.group()) {
        heard_ = interruptions_;
        return Errno::Intr;
    }
    if (!r.wait) return Errno::Again;
    const Result<> woken = input_.wait_until(lock_, deadline_locked(r));
    r.ended = woken.error() == Errno::TimedOut;
    return r.ended ? Result<>() : woken;
}

// VTIME counts from the read's start or, with VMIN, from the last character.
Instant Tty::deadline_locked(const Read& r) {
    const unsigned tenths = terminal_.tenths_to_wait(r.copied);
    if (tenths == 0) return Instant::never();
    return (r.copied ? clock_now() : r.started) + milliseconds(100) * tenths;
}

Result<> Tty::write(const char* text, usize n, bool wait) {
    IrqGuard g(lock_);
    while (terminal_.stopped()) {
        if (!wait) return Errno::Again;
        TRY(output_.wait(lock_));
    }
    terminal_.print(text, n);
    return {};
}

u32 Tty::poll(PollEntry* watch) {
    IrqGuard g(lock_);
    pollers_.add(watch);
    return (terminal_.stopped() ? 0 : POLLOUT | POLLWRNORM) |
           (terminal_.poll_readable() ? POLLIN | POLLRDNORM : 0);
}

void Tty::unwatch(PollEntry& watch) {
    IrqGuard g(lock_);
    PollList::remove(watch);
}

// ---- requests ----

termios Tty::settings() {
    IrqGuard g(lock_);
    return terminal_.settings();
}

void Tty::set(const termios& t, bool discard) {
    IrqGuard g(lock_);
    if (discard) terminal_.discard_input();
    fulfil_locked(terminal_.set(t));
    input_.wake_all();  // VMIN and VTIME may be others
    changed_locked();
}

winsize Tty::size() {
    IrqGuard g(lock_);
    return terminal_.size;
}

void Tty::set_size(const winsize& size) {
    IrqGuard g(lock_);
    const bool changed = size.ws_row != terminal_.size.ws_row || size.ws_col != terminal_.size.ws_col;
    terminal_.size = size;
    if (changed) signal_locked(SIGWINCH);
}

int Tty::foreground() {
    IrqGuard g(lock_);
    return foreground_.group();
}

void Tty::set_foreground(int group) {
    IrqGuard g(lock_);
    foreground_.set(group, current_process());
    heard_ = interruptions_;
}

int Tty::count_readable() {
    IrqGuard g(lock_);
    return static_cast<int>(terminal_.count_readable());
}

void Tty::discard_input() {
    IrqGuard g(lock_);
    terminal_.discard_input();
    changed_locked();
}

void Tty::stop_output(bool on) {
    IrqGuard g(lock_);
    terminal_.stop(on);
    changed_locked();
}

}  // namespace dev
