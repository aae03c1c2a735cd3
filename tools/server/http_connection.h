// One client of the HTTP server: reads a request, sends the answer, and closes.
//
// - Nothing blocks; one call moves at most one buffer, so that no client delays the others.
// - A client has 10 s for its whole request, and 10 s for each step of the answer.
#pragma once

#include <string>

#include "tools/server/http_files.h"
#include "tools/server/http_request.h"

namespace server {

class HttpConnection {
  public:
    // `root`: the folder whose files it serves, open as long as the connection is.
    HttpConnection(Fd socket, int root, bool quiet, i64 now);
    int fd() const { return socket_.get(); }
    short events() const;
    void ready(i64 now);
    // It can be closed without loss: its request has not come, or its answer has been sent.
    bool idle() const { return state_ == State::Reading || state_ == State::Closing; }
    bool ended(i64 now) const { return state_ == State::Ended || now >= deadline_; }

  private:
    enum class State {
        Reading,  // the request's head
        Writing,  // the answer
        Closing,  // until the client has closed, too: an earlier close() could destroy the answer (RFC
                  // 9112 9.6)
        Ended,
    };
    void read_request();
    void answer(const HttpRequest& request);
    void write_answer(i64 now);
    void fill();

    Fd socket_;
    int root_;
    bool quiet_;
    i64 deadline_;
    State state_ = State::Reading;
    std::string request_;
    std::string out_;  // what is to be sent next
    Fd file_;          // what follows it
    u64 left_ = 0;     // bytes of the file
};

}  // namespace server
