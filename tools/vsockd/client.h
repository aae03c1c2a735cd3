// The UNIX socket of one connection: a program on the host. Data go directly between it and the guest's
// memory; only what the socket does not take at once is kept here.
#pragma once

#include <span>
#include <vector>

#include "tools/vsockd/memory.h"

namespace vsockd {

// Never blocks. Edge-triggered: note() says what epoll says, and read() and flush() say EAGAIN.
class Client {
  public:
    explicit Client(Fd fd) : fd_(std::move(fd)) {}
    int fd() const { return fd_.get(); }

    void note(u32 events);
    // What epoll must tell. Room only if there was none: else each read by the program would wake us.
    u32 wanted_events() const;

    // --- from the program
    bool may_have_input() const { return readable_ && !input_ended_; }
    // Reads into these pieces; 0: there is nothing now, or input_ended().
    usize read(std::span<const iovec> pieces);
    // The program sends no more, and all that it sent was read.
    bool input_ended() const { return input_ended_; }
    // Tells the program that nobody reads what it sends: its next write fails.
    void refuse_input();

    // --- to the program
    // Writes these bytes and keeps what is not accepted. Returns how many bytes are done with, here and now.
    // The caller bounds what is kept (by the credit that it gives the guest).
    usize write(std::span<const iovec> pieces);
    // Writes what was kept; returns how many bytes are done with.
    usize flush();
    usize kept() const { return kept_.size() - kept_begin_; }
    // After what is kept, the program reads the end of the data.
    void end_output();
    // The program does not read any more; what is written is discarded.
    bool output_failed() const { return output_failed_; }

    // The program has closed its end; there may be input yet.
    bool gone() const { return gone_; }

  private:
    usize send(std::span<const iovec> pieces);
    void keep(std::span<const iovec> pieces);
    void shut_if_asked();

    Fd fd_;
    bool readable_ = false, input_ended_ = false, input_refused_ = false;
    bool writable_ = true, output_failed_ = false, output_ends_ = false, output_ended_ = false;
    bool gone_ = false;
    std::vector<u8> kept_;
    usize kept_begin_ = 0;
};

}  // namespace vsockd
