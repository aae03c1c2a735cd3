#include "pump.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

namespace agent {
namespace {

void close_once(int& fd) {
    if (fd >= 0) close(fd);
    fd = -1;
}

}  // namespace

Pump::Pump(Channel& c, pid_t command, const Ends& ends)
    : c_(c),
      command_(command),
      input_fd_(ends.input),
      sources_{{ends.output, Kind::Output}, {ends.errors, Kind::Errors}},
      ended_fd_(ends.ended) {
    for (const int fd : {c.fd, ends.input, ends.output, ends.errors}) fcntl(fd, F_SETFL, O_NONBLOCK);
}

void Pump::run() {
    while (turn()) continue;
    if (!exit_is_sent_) kill_group(command_);
}

// False: all is said, or the connection is lost.
bool Pump::turn() {
    if (!c_.out.flush(c_.fd)) return false;
    if (c_.out.is_idle()) {
        if (exit_is_sent_) return false;
        next_frame();
        if (!c_.out.flush(c_.fd)) return false;
    }
    const bool idle = c_.out.is_idle();
    // poll() ignores -1. A pipe is watched only while we could use what it reports.
    const auto if_idle = [idle](int fd) { return idle ? fd : -1; };
    pollfd fds[] = {{c_.fd, static_cast<short>(idle ? POLLIN : POLLIN | POLLOUT), 0},
                    {at_ < end_ ? input_fd_ : -1, POLLOUT, 0},
                    {if_idle(sources_[0].fd), POLLIN, 0},
                    {if_idle(sources_[1].fd), POLLIN, 0},
                    {ended_fd_, POLLIN, 0}};
    // After the end, what is in the pipes is fetched without waiting for more.
    if (poll(fds, 5, idle && has_ended_ ? 0 : -1) < 0) return errno == EINTR;
    if (fds[0].revents & ~POLLOUT && !hear()) return false;
    if (fds[1].revents) feed();
    if (fds[4].revents && !learn_end()) return false;
    for (usize i = 0; i < 2; i++) {
        const usize one = (first_ + i) % 2;
        if (!fds[2 + one].revents || !forward(sources_[one])) continue;
        first_ = 1 - one;
        break;
    }
    return true;
}

// What can be sent without waiting for the command.
void Pump::next_frame() {
    if (credit_due_ >= kInputWindow / 4) {
        c_.out.put_struct(Kind::Credit, CreditGrant{credit_due_});
        credit_due_ = 0;
    } else if (has_ended_ && !forward(sources_[0]) && !forward(sources_[1])) {
        c_.out.put_struct(Kind::Exit, exit_);
        exit_is_sent_ = true;
    }
}

// False: there is nothing to send.
bool Pump::forward(Source& from) {
    if (from.fd < 0) return false;
    const MutBytes room = c_.out.room();
    const ssize_t n = read(from.fd, room.data(), room.size() < from.left ? room.size() : from.left);
    if (n > 0) {
        c_.out.put(from.kind, static_cast<usize>(n));
        if (has_ended_) from.left -= static_cast<usize>(n);
        return true;
    }
    if (n == 0 || errno != EAGAIN || has_ended_) close_once(from.fd);
    return false;
}

// False: nobody is there any more, or it does not speak the protocol.
bool Pump::hear() {
    const auto got = c_.in.read(c_.fd);
    if (got != FrameReader::Got::Frame) return got == FrameReader::Got::More;
    const bool good = obey();
    c_.in.next();
    return good;
}

bool Pump::obey() {
    switch (c_.in.kind()) {
        case Kind::Input: return take_input(c_.in.payload());
        case Kind::InputEnd: {
            input_is_all_ = true;
            if (at_ == end_) end_input();
            return true;
        }
        case Kind::Signal: {
            const auto* signal = c_.in.as<SignalNumber>();
            if (!signal || signal->number < 1 || signal->number > 31) return false;
            if (!has_ended_) kill(-command_, static_cast<int>(signal->number));
            return true;
        }
        default: return false;
    }
}

// False: more than was credited.
bool Pump::take_input(Bytes data) {
    if (input_is_all_ || data.size() > sizeof input_ - (end_ - at_)) return false;
    if (input_fd_ < 0) {  // the command reads no more
        credit_due_ += static_cast<u32>(data.size());
        return true;
    }
    if (data.size() > sizeof input_ - end_) {
        memmove(input_, input_ + at_, end_ - at_);
        end_ -= at_;
        at_ = 0;
    }
    memcpy(input_ + end_, data.data(), data.size());
    end_ += data.size();
    return true;
}

void Pump::feed() {
    const ssize_t n = write(input_fd_, input_ + at_, end_ - at_);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    const usize gone = n < 0 ? end_ - at_ : static_cast<usize>(n);
    at_ += gone;
    credit_due_ += static_cast<u32>(gone);
    if (n < 0 || (at_ == end_ && input_is_all_)) end_input();
}

void Pump::end_input() { close_once(input_fd_); }

// False: the process that waits for the command was killed.
bool Pump::learn_end() {
    has_ended_ = read(ended_fd_, &exit_, sizeof exit_) == sizeof exit_;
    close_once(ended_fd_);
    return has_ended_;
}

void kill_group(pid_t group) {
    for (int tries = 0; tries < 100 && kill(-group, SIGKILL) == 0; tries++) usleep(10'000);
}

}  // namespace agent
