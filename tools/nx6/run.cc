#include "tools/nx6/run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "tools/nx6/fail.h"
#include "tools/nx6/request.h"

namespace nx6 {
namespace {

using agent::Channel, agent::FrameReader, agent::Kind;

volatile sig_atomic_t got_interrupt;

// SIGINT comes only during wait(), so that none is missed between a check and poll(). The second one has its
// default action.
class Interrupts {
  public:
    Interrupts() {
        sigset_t interrupt;
        sigemptyset(&interrupt);
        sigaddset(&interrupt, SIGINT);
        sigaction(SIGINT, nullptr, &old_action_);
        got_interrupt = 0;
        if (old_action_.sa_handler != SIG_IGN) {  // such as a background job
            struct sigaction action {};
            action.sa_handler = [](int) { got_interrupt = 1; };
            action.sa_flags = static_cast<int>(SA_RESETHAND);
            sigaction(SIGINT, &action, nullptr);
        }
        sigprocmask(SIG_BLOCK, &interrupt, &old_mask_);
    }
    ~Interrupts() {
        sigaction(SIGINT, &old_action_, nullptr);
        sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
    }
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    void wait(pollfd* fds, nfds_t n) const { ppoll(fds, n, nullptr, &old_mask_); }

  private:
    struct sigaction old_action_ {};
    sigset_t old_mask_{};
};

class Command {
  public:
    Command(Channel& c, const Streams& streams) : c_(c), streams_(streams) {
        fcntl(c.fd, F_SETFL, fcntl(c.fd, F_GETFL) | O_NONBLOCK);
    }
    Ended run();

  private:
    // A pipe that poll() reports as writable takes so much without blocking.
    static constexpr usize kPiece = 4096;

    void turn();
    void say();
    void read_input();
    void hear();
    void obey();
    void show(int to);

    Channel& c_;
    Streams streams_;
    Interrupts interrupts_;
    usize credit_ = agent::kInputWindow;  // bytes of input that the agent can take
    Bytes pending_;                       // of the current frame: output that is not yet written
    int pending_to_ = -1;
    bool passed_on_ = false;  // the interrupt
    bool can_send_ = true;    // false: the agent has closed, but what it has sent may still be to be read
    std::optional<Ended> end_;
};

Ended Command::run() {
    while (!end_) turn();
    end_->interrupted = passed_on_;
    return *end_;
}

void Command::turn() {
    say();
    const bool idle = c_.out.is_idle();
    const bool wants_input = idle && can_send_ && credit_ > 0;
    // While output is pending, no other frame is read: the guest waits as long as our reader does.
    const int hears = pending_.empty() ? POLLIN : 0;
    pollfd fds[] = {{c_.fd, static_cast<short>(hears | (idle || !can_send_ ? 0 : POLLOUT)), 0},
                    {wants_input ? streams_.input : -1, POLLIN, 0},
                    {pending_.empty() ? -1 : pending_to_, POLLOUT, 0}};
    if (!fds[0].events) fds[0].fd = -1;  // a hangup is found when the output has been written
    interrupts_.wait(fds, 3);
    if (fds[2].revents) show(pending_to_);
    if (fds[1].revents) read_input();
    if (fds[0].revents && hears) hear();
}

void Command::say() {
    if (can_send_ && !c_.out.flush(c_.fd)) can_send_ = false;
    if (!got_interrupt || passed_on_ || !can_send_ || !c_.out.is_idle()) return;
    c_.out.put_struct(Kind::Signal, agent::SignalNumber{SIGINT});
    passed_on_ = true;
    if (!c_.out.flush(c_.fd)) can_send_ = false;
}

void Command::read_input() {
    const MutBytes room = c_.out.room();
    const ssize_t n = read(streams_.input, room.data(), std::min(room.size(), credit_));
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n > 0) {
        c_.out.put(Kind::Input, static_cast<usize>(n));
        credit_ -= static_cast<usize>(n);
    } else {
        c_.out.put(Kind::InputEnd, 0);
        streams_.input = -1;
    }
}

void Command::hear() {
    const auto got = c_.in.read(c_.fd);
    if (got == FrameReader::Got::More) return;
    if (got != FrameReader::Got::Frame) fail_disconnected(got);
    obey();
    if (pending_.empty()) c_.in.next();
}

void Command::obey() {
    const auto* credit = c_.in.as<agent::CreditGrant>();
    const auto* exit = c_.in.as<agent::ExitStatus>();
    switch (c_.in.kind()) {
        case Kind::Output:
        case Kind::Errors:
            pending_ = c_.in.payload();
            pending_to_ = c_.in.kind() == Kind::Output ? streams_.output : streams_.errors;
            return;
        case Kind::Credit:
            if (!credit || credit->bytes > agent::kInputWindow - credit_) break;
            credit_ += credit->bytes;
            return;
        case Kind::Exit:
            if (!exit) break;
            end_ = Ended{static_cast<int>(exit->status & 255), static_cast<int>(exit->signal & 127)};
            return;
        case Kind::Error: fail_with_answer(c_.in, kOwnFailure);
        default: break;
    }
    fail_disconnected(FrameReader::Got::Nonsense);
}

void Command::show(int to) {
    const ssize_t n = write(to, pending_.data(), std::min(pending_.size(), kPiece));
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0) fail(kOwnFailure, std::string("cannot write the command's output: ") + std::strerror(errno));
    pending_ = pending_.subspan(static_cast<usize>(n));
    if (pending_.empty()) c_.in.next();
}

}  // namespace

Ended run(int socket, const std::string& line, const Streams& streams) {
    const auto c = send_request(socket, Kind::Run, line);
    if (streams.input < 0) c->out.put(Kind::InputEnd, 0);
    return Command(*c, streams).run();
}

}  // namespace nx6
