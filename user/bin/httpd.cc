// httpd: a web server. The files of the root directory, and at /status a page with the machine's live counters.
//
// One process serves all connections, each in one of three states, and waits for all of them with one poll():
//
//   reading a request --> sending the answer's header, or a page --> sending a file
//        ^----------------------- keep-alive <----------------------------'
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "httpd/page.h"
#include "httpd/request.h"
#include "manners.h"

namespace {

using namespace httpd;

const char kUsage[] = "httpd [-p PORT]      serves files, and /status, on port 80; runs until it is killed: `httpd &`";

constexpr int kMost = 110;           // connections; descriptors for files are needed too
constexpr size_t kRequestRoom = 2048;
constexpr size_t kPiece = 16384;     // of a file at a time
constexpr long kIdleSeconds = 15;

enum class State { Reading, Sending, Ended };

struct Connection {
    int fd = -1;
    int file = -1;            // the rest of it is still to be sent
    State state = State::Reading;
    bool keep_alive = false;
    long deadline = 0;        // without progress until then it is closed
    char* data = nullptr;     // the request; or what is to be sent, [at, end)
    size_t at = 0, end = 0;
    size_t file_left = 0;
};

Connection connections[kMost];
pollfd fds[kMost + 1];  // the listener first
int count;
Served served;
char buffer[kPageRoom];  // a page in the making

long now_seconds() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

// --- answers ---

// Room for a header and a page, or for a piece of a file. False: no memory.
bool want_room(Connection& c, size_t n) {
    char* grown = static_cast<char*>(realloc(c.data, n));
    if (grown) c.data = grown;
    return grown;
}

size_t put_header(const Connection& c, char* to, size_t room, int status, const char* type, size_t length) {
    char date[40];
    const time_t now = time(nullptr);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&now));
    return static_cast<size_t>(snprintf(to, room,
                                        "HTTP/1.1 %d %s\r\nDate: %s\r\nServer: nx6\r\nContent-Type: %s\r\n"
                                        "Content-Length: %zu\r\n%sConnection: %s\r\n\r\n",
                                        status, reason_of(status), date, type, length,
                                        status == 405 ? "Allow: GET, HEAD\r\n" : "",
                                        c.keep_alive ? "keep-alive" : "close"));
}

constexpr size_t kHeaderRoom = 512;

// A page from `buffer`.
void answer_page(Connection& c, int status, const char* type, size_t n, bool head) {
    c.state = want_room(c, kHeaderRoom + n) ? State::Sending : State::Ended;
    if (c.state == State::Ended) return;
    c.at = 0;
    c.end = put_header(c, c.data, kHeaderRoom, status, type, n);
    if (head) return;
    memcpy(c.data + c.end, buffer, n);
    c.end += n;
}

void answer_error(Connection& c, int status, bool head = false) {
    served.errors++;
    answer_page(c, status, "text/html; charset=utf-8", make_error_page(buffer, status), head);
}

void answer_file(Connection& c, const Request& r) {
    struct stat st;
    const char* path = strcmp(r.path, "/") == 0 ? "/index.html" : r.path;
    const int fd = open(path, O_RDONLY);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) return answer_error(c, 503, r.head);
    if (fd < 0) return answer_error(c, 404, r.head);
    if (fstat(fd, &st) < 0 || st.type != T_FILE || !want_room(c, kPiece)) {
        close(fd);
        return answer_error(c, st.type != T_FILE ? 403 : 500, r.head);
    }
    c.state = State::Sending;
    c.at = 0;
    c.end = put_header(c, c.data, kPiece, 200, content_type_of(path), st.size);
    if (r.head) return void(close(fd));
    c.file = fd;
    c.file_left = st.size;
}

// The request whose header lies in the first n bytes of c.data. A client that has sent more behind it (a body, or
// requests ahead of their answers) is told that the connection ends, and asks anew (RFC 9112 section 9.3.2).
void answer(Connection& c, size_t n) {
    const Request r = parse_request(c.data, n);
    served.requests++;
    c.keep_alive = r.keep_alive && n == c.end;
    if (r.status != 200) return answer_error(c, r.status, r.head);
    if (strcmp(r.path, "/status") != 0) return answer_file(c, r);
    answer_page(c, 200, "text/html; charset=utf-8", make_status_page(buffer, served), r.head);
}

// --- connections ---

void refuse(Connection& c, int status) {
    c.keep_alive = false;
    answer_error(c, status);
}

void read_request(Connection& c) {
    const ssize_t n = read(c.fd, c.data + c.end, kRequestRoom - c.end);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) return void(c.state = State::Ended);
    c.end += static_cast<size_t>(n);
    if (const size_t length = header_length(c.data, c.end)) return answer(c, length);
    if (c.end == kRequestRoom) refuse(c, memchr(c.data, '\n', c.end) ? 431 : 414);
}

// Everything is out: the next request, or the end.
void finish(Connection& c) {
    c.state = c.keep_alive && want_room(c, kRequestRoom) ? State::Reading : State::Ended;
    c.at = c.end = 0;
}

// The file's next piece. It may have become shorter meanwhile: then the connection is all that can end.
bool read_piece(Connection& c) {
    const size_t wanted = c.file_left < kPiece ? c.file_left : kPiece;
    const ssize_t n = wanted ? read(c.file, c.data, wanted) : 0;
    c.at = 0;
    c.end = n > 0 ? static_cast<size_t>(n) : 0;
    c.file_left -= c.end;
    if (c.file_left == 0 || n <= 0) close(c.file), c.file = -1;
    if (wanted && n <= 0) c.state = State::Ended;
    return n > 0;
}

void send_some(Connection& c) {
    while (c.state == State::Sending) {
        if (c.at == c.end && (c.file < 0 || !read_piece(c))) {
            if (c.state == State::Sending) finish(c);
            return;
        }
        const ssize_t n = write(c.fd, c.data + c.at, c.end - c.at);
        if (n < 0 && errno != EAGAIN) c.state = State::Ended;
        if (n < 0) return;
        c.at += static_cast<size_t>(n);
        served.bytes += static_cast<size_t>(n);
        c.deadline = now_seconds() + kIdleSeconds;
    }
}

void drop(int i) {
    Connection& c = connections[i];
    close(c.fd);
    if (c.file >= 0) close(c.file);
    free(c.data);
    connections[i] = connections[--count];
    fds[i + 1] = fds[count + 1];
    served.connections = count;
}

void accept_all(int listener) {
    while (count < kMost) {
        const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        if (fd < 0) return;
        Connection c;
        c.fd = fd;
        c.deadline = now_seconds() + kIdleSeconds;
        if (!want_room(c, kRequestRoom)) return void(close(fd));
        connections[count] = c;
        fds[++count] = {fd, POLLIN, 0};
    }
}

void serve(int i, long now) {
    Connection& c = connections[i];
    pollfd& p = fds[i + 1];
    if (p.revents & (POLLERR | POLLNVAL)) c.state = State::Ended;
    if (p.revents && c.state == State::Reading) read_request(c), c.deadline = now + kIdleSeconds;
    if (c.state == State::Sending) send_some(c);
    if (now >= c.deadline) c.state = State::Ended;
    if (c.state == State::Ended) return drop(i);
    p.events = c.state == State::Reading ? POLLIN : POLLOUT;
}

int open_listener(long port) {
    const int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_port = htons(port);
    if (fd < 0) die("cannot open a socket: %s", strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, reinterpret_cast<sockaddr*>(&here), sizeof here) < 0 || listen(fd, SOMAXCONN) < 0)
        die("port %ld: %s", port, strerror(errno));
    return fd;
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    long port = 80;
    for (int letter; (letter = getopt(argc, argv, "p:")) != -1;) {
        if (letter != 'p' || !parse_number(optarg, 1, 65535, &port)) bad_usage(kUsage);
    }
    if (optind != argc) bad_usage(kUsage);
    const int listener = open_listener(port);
    for (;;) {
        fds[0] = {count < kMost ? listener : -1, POLLIN, 0};
        if (poll(fds, static_cast<nfds_t>(count + 1), count ? 1000 : -1) < 0) die("poll: %s", strerror(errno));
        const long now = now_seconds();
        for (int i = count - 1; i >= 0; i--) serve(i, now);
        if (fds[0].revents) accept_all(listener);
        served.connections = count;
    }
}
