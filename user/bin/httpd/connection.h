// The connection of one client: its requests, one after the other, and their answers. Nothing here blocks.
//
//   Reading ---a whole request---> Sending ---the answer is out, and the connection stays--> Reading
//                                     '---------------------------------- or ends--> Draining ---> Ended
//
// What the client sends while it is answered stays in TCP's buffer or in ours. So a client may pipeline
// requests, but the server never holds more than one answer for it.
#pragma once

#include <stddef.h>

#include "page.h"
#include "request.h"

namespace httpd {

class Connection {
  public:
    // Takes over a non-blocking descriptor. False: no memory; the descriptor is closed.
    bool open(int fd, long now);
    void close();
    bool is_open() const { return fd_ >= 0; }

    // The events for poll().
    int fd() const { return fd_; }
    short events() const;

    // The kernel has no mbuf for the answer. poll() does not report when that ends: call serve() again later.
    bool waits_for_memory() const { return waits_for_memory_; }

    // Does what is possible now: revents is poll()'s result, now is in milliseconds. Closes the connection at
    // its end and after a timeout.
    void serve(Served& served, short revents, long now);

    // It waits for a request, and has read nothing of it.
    bool is_idle() const { return state_ == State::Reading && in_end_ == 0 && skip_ == 0; }
    long idle_since() const { return since_; }
    // In addition, nothing is ready to be read, not even the end of the stream.
    bool is_silent() const;
    long deadline() const { return deadline_; }

  private:
    enum class State : unsigned char { Reading, Sending, Draining, Ended };

    void enter(State state, long now);
    void read_input(long now);
    void consume(size_t n);
    bool take_request(Served& served, long now);
    bool want_room();
    void answer(Served& served, const Request& r, long now);
    void answer_page(int status, size_t n, bool head, long now);
    void answer_error(Served& served, int status, bool head, long now);
    void answer_file(Served& served, const Request& r, long now);
    void start_sending(int status, const char* type, size_t length, long now);
    bool read_piece();
    bool send_some(Served& served, long now);
    void finish(long now);
    void drain();
    void time_is_up(Served& served, long now);

    int fd_ = -1;
    int file_ = -1;  // the file being sent
    State state_ = State::Ended;
    bool keep_alive_ = false;
    bool waits_for_memory_ = false;
    long since_ = 0;  // when it entered this state
    long deadline_ = 0;
    char* in_ = nullptr;  // received and not answered yet: [0, in_end_)
    size_t in_end_ = 0;
    size_t skip_ = 0;      // bytes still to come of the body of an answered request
    char* out_ = nullptr;  // the answer; [at_, end_) is still to be sent
    size_t at_ = 0, end_ = 0;
    size_t file_left_ = 0;
    size_t drained_ = 0;
};

}  // namespace httpd
