// One client's connection: its requests one after the other, and their answers. Nothing here waits.
//
//   Reading ---a whole request---> Sending ---the answer is out, and the connection stays--> Reading
//                                     '---------------------------------- or ends--> Draining ---> Ended
//
// What the client sends on while it is answered waits in TCP's buffer, or behind the request in ours: so a
// client may send requests ahead, and none makes us hold more than one answer for it.
#pragma once

#include <stddef.h>

#include "httpd/page.h"
#include "httpd/request.h"

namespace httpd {

class Connection {
  public:
    // Takes over a descriptor that does not wait. False: no memory, the descriptor is closed.
    bool open(int fd, long now);
    void close();
    bool is_open() const { return fd_ >= 0; }

    // What poll() is to wait for.
    int fd() const { return fd_; }
    short events() const;

    // The system has no packet left for the answer, which poll() does not know of: serve it again in a while.
    bool waits_for_memory() const { return waits_for_memory_; }

    // Does what can be done: revents is poll()'s answer, now is in milliseconds. Closes itself at the end,
    // also when its time is up.
    void serve(Served& served, short revents, long now);

    // It waits for a request of which nothing has been read yet.
    bool is_idle() const { return state_ == State::Reading && in_end_ == 0 && skip_ == 0; }
    long idle_since() const { return since_; }
    // And nothing waits to be read, the end included.
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
    int file_ = -1;  // the rest of it is still to be sent
    State state_ = State::Ended;
    bool keep_alive_ = false;
    bool waits_for_memory_ = false;
    long since_ = 0;  // when it came into this state
    long deadline_ = 0;
    char* in_ = nullptr;  // what has come and is not answered yet, [0, in_end_)
    size_t in_end_ = 0;
    size_t skip_ = 0;      // so many more are the body of a request that was answered
    char* out_ = nullptr;  // of the answer, [at_, end_) is to be sent
    size_t at_ = 0, end_ = 0;
    size_t file_left_ = 0;
    size_t drained_ = 0;
};

}  // namespace httpd
