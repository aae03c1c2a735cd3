#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

namespace httpd {
namespace {

constexpr size_t kRequestRoom = 4096;
constexpr size_t kHeaderRoom = 512;   // of an answer; its page or the first piece of its file follows
constexpr size_t kPiece = kPageRoom;  // of a file
constexpr int kPiecesATurn = 8;       // then other clients get their turn
constexpr size_t kMostDrained = 1 << 20;

// Timeouts, after which the connection is closed. Each is for the whole phase, so that sending a byte now and
// then does not keep a connection open.
constexpr long kIdleMs = 15'000;     // from one request to the next
constexpr long kRequestMs = 10'000;  // a request, from its first byte to its last
constexpr long kSendMs = 20'000;     // a piece of an answer
constexpr long kDrainMs = 2000;

size_t put_header(char* to, int status, const char* type, size_t length, bool keep_alive) {
    char date[40];
    const time_t now = time(nullptr);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&now));
    return static_cast<size_t>(
        snprintf(to, kHeaderRoom,
                 "HTTP/1.1 %d %s\r\nDate: %s\r\nServer: nx6\r\nContent-Type: %s\r\n"
                 "Content-Length: %zu\r\nCache-Control: no-cache\r\n%sConnection: %s\r\n\r\n",
                 status, reason_of(status), date, type, length, status == 405 ? "Allow: GET, HEAD\r\n" : "",
                 keep_alive ? "keep-alive" : "close"));
}

const char kHtml[] = "text/html; charset=utf-8";

}  // namespace

// --- opening, serving, closing

bool Connection::open(int fd, long now) {
    *this = Connection();
    fd_ = fd;
    in_ = static_cast<char*>(malloc(kRequestRoom));
    enter(State::Reading, now);
    if (!in_) close();
    return in_;
}

void Connection::close() {
    ::close(fd_);
    if (file_ >= 0) ::close(file_);
    free(in_);
    free(out_);
    *this = Connection();
}

void Connection::enter(State state, long now) {
    state_ = state;
    since_ = now;
    deadline_ = now + (state == State::Reading   ? in_end_ ? kRequestMs : kIdleMs
                       : state == State::Sending ? kSendMs
                                                 : kDrainMs);
}

short Connection::events() const {
    return state_ != State::Sending ? POLLIN : waits_for_memory_ ? 0 : POLLOUT;
}

void Connection::serve(Served& served, short revents, long now) {
    if (revents & (POLLERR | POLLNVAL)) return close();
    if (revents && state_ == State::Reading) read_input(now);
    if (revents && state_ == State::Draining) drain();
    int pieces = kPiecesATurn;
    for (bool goes_on = true; goes_on;) {
        if (state_ == State::Reading)
            goes_on = take_request(served, now);
        else
            goes_on = state_ == State::Sending && pieces-- > 0 && send_some(served, now);
    }
    if (now >= deadline_ && state_ != State::Ended) time_is_up(served, now);
    if (state_ == State::Ended) close();
}

bool Connection::is_silent() const {
    char byte;
    return recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

// A client that has begun a request gets status 408; an idle one is closed silently.
void Connection::time_is_up(Served& served, long now) {
    if (state_ != State::Reading || is_idle()) return void(state_ = State::Ended);
    keep_alive_ = false;
    answer_error(served, 408, false, now);
}

// --- requests

void Connection::read_input(long now) {
    const bool begins = is_idle();
    const ssize_t n = read(fd_, in_ + in_end_, kRequestRoom - in_end_);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) return void(state_ = State::Ended);
    in_end_ += static_cast<size_t>(n);
    if (begins) enter(State::Reading, now);
}

void Connection::consume(size_t n) {
    in_end_ -= n;
    memmove(in_, in_ + n, in_end_);
}

// Handles the next request, if all of it has arrived. False: more must be received first.
bool Connection::take_request(Served& served, long now) {
    const size_t body = skip_ < in_end_ ? skip_ : in_end_;
    skip_ -= body;
    // RFC 9112 section 2.2: old clients send an empty line after a body.
    size_t lines = body;
    while (skip_ == 0 && lines < in_end_ && (in_[lines] == '\r' || in_[lines] == '\n')) lines++;
    consume(lines);

    if (const size_t length = header_length(in_, in_end_)) {
        const Request r = parse_request(in_, length);
        consume(length);
        skip_ = r.body;
        answer(served, r, now);
        return true;
    }
    if (in_end_ < kRequestRoom) return false;
    keep_alive_ = false;
    answer_error(served, memchr(in_, '\n', in_end_) ? 431 : 414, false, now);
    return true;
}

// --- answers

// Allocates the buffer for the header and a page or the first piece of a file. False: no memory.
bool Connection::want_room() {
    if (!out_) out_ = static_cast<char*>(malloc(kHeaderRoom + kPageRoom));
    return out_;
}

void Connection::answer(Served& served, const Request& r, long now) {
    served.requests++;
    keep_alive_ = r.keep_alive;
    if (r.status != 200) return answer_error(served, r.status, r.head, now);
    if (strcmp(r.path, "/status") != 0) return answer_file(served, r, now);
    answer_page(200, want_room() ? make_status_page(out_ + kHeaderRoom, served) : 0, r.head, now);
}

void Connection::answer_error(Served& served, int status, bool head, long now) {
    served.errors++;
    answer_page(status, want_room() ? make_error_page(out_ + kHeaderRoom, status) : 0, head, now);
}

// Sends a page of n bytes, which follows the room for the header.
void Connection::answer_page(int status, size_t n, bool head, long now) {
    if (!out_) return void(state_ = State::Ended);
    start_sending(status, kHtml, n, now);
    if (!head) end_ += n;
}

void Connection::answer_file(Served& served, const Request& r, long now) {
    struct stat st;
    const char* path = strcmp(r.path, "/") == 0        ? "/index.html"
                       : strcmp(r.path, "/files") == 0 ? "/"
                                                       : r.path;
    const int fd = ::open(path, O_RDONLY);
    if (fd < 0) return answer_error(served, errno == EMFILE || errno == ENFILE ? 503 : 404, r.head, now);
    const bool known = fstat(fd, &st) == 0;
    if (known && S_ISDIR(st.st_mode) && want_room()) {
        const size_t n = make_folder_page(out_ + kHeaderRoom, path, fd);
        ::close(fd);
        return answer_page(200, n, r.head, now);
    }
    if (!known || !S_ISREG(st.st_mode) || !want_room()) {
        ::close(fd);
        return answer_error(served, known && !S_ISREG(st.st_mode) ? 403 : 500, r.head, now);
    }
    start_sending(200, content_type_of(path), st.st_size, now);
    if (r.head) return void(::close(fd));
    file_ = fd;
    file_left_ = st.st_size;
    read_piece();
}

// Puts the header directly in front of the body.
void Connection::start_sending(int status, const char* type, size_t length, long now) {
    char header[kHeaderRoom];
    const size_t n = put_header(header, status, type, length, keep_alive_);
    end_ = kHeaderRoom;
    at_ = end_ - n;
    memcpy(out_ + at_, header, n);
    enter(State::Sending, now);
}

// Adds the next piece of the file. If the file has become shorter, the connection must be closed.
bool Connection::read_piece() {
    const size_t wanted = file_left_ < kPiece ? file_left_ : kPiece;
    const ssize_t n = wanted ? read(file_, out_ + end_, wanted) : 0;
    if (n > 0) end_ += static_cast<size_t>(n), file_left_ -= static_cast<size_t>(n);
    if (file_left_ == 0 || n <= 0) ::close(file_), file_ = -1;
    if (wanted && n <= 0) state_ = State::Ended;
    return n > 0;
}

// False: the client must receive something first, or the connection is closed.
bool Connection::send_some(Served& served, long now) {
    const ssize_t n = write(fd_, out_ + at_, end_ - at_);
    waits_for_memory_ = n < 0 && errno == ENOBUFS;
    if (n < 0 && errno != EAGAIN && errno != ENOBUFS) state_ = State::Ended;
    if (n < 0) return false;
    at_ += static_cast<size_t>(n);
    served.bytes += static_cast<size_t>(n);
    if (at_ < end_) return false;
    at_ = end_ = 0;
    if (file_ < 0) return finish(now), true;
    enter(State::Sending, now);
    return read_piece();
}

// The answer is sent: continues with the next request, which may have arrived already, or closes. Closing
// while the client still sends would reset the connection and could destroy the answer (RFC 9112
// section 9.6): so the rest is read first.
void Connection::finish(long now) {
    free(out_);
    out_ = nullptr;
    if (keep_alive_) return enter(State::Reading, now);
    shutdown(fd_, SHUT_WR);
    enter(State::Draining, now);
}

void Connection::drain() {
    const ssize_t n = read(fd_, in_, kRequestRoom);
    if (n < 0 && errno == EAGAIN) return;
    if (n > 0) drained_ += static_cast<size_t>(n);
    if (n <= 0 || drained_ > kMostDrained) state_ = State::Ended;
}

}  // namespace httpd
