// wget: fetches a file over HTTP/1.1.
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <new>

#include "manners.h"
#include "nx6.h"

namespace {

const char kUsage[] =
    "wget [-q] [-O FILE] [-T SECONDS] http://HOST[:PORT]/PATH      the port is 80 by default\n"
    "  -q  prints only errors      -O  writes to FILE, - is the screen\n"
    "  -T  gives up when nothing comes for so long (default 30)";

constexpr int kMostRedirects = 5;
constexpr size_t kLineRoom = 1024;

bool quiet;
long patience = 30;

// http://host:port/path in its parts.
struct Url {
    char host[128] = {}, port[8] = "80", path[512] = "/";

    bool parse(const char* text) {
        if (strncasecmp(text, "http://", 7) == 0) text += 7;
        const size_t name = strcspn(text, ":/");
        if (name == 0 || name >= sizeof host || strstr(text, "://")) return false;
        memcpy(host, text, name);
        host[name] = '\0';
        text += name;
        if (*text == ':') {
            const size_t digits = strspn(text + 1, "0123456789");
            if (digits == 0 || digits >= sizeof port) return false;
            memcpy(port, text + 1, digits);
            port[digits] = '\0';
            text += 1 + digits;
        }
        return take_path(text);
    }
    bool take_path(const char* text) {
        if ((*text && *text != '/') || strlen(text) >= sizeof path) return false;
        if (*text) strcpy(path, text);
        return true;
    }
    const char* file_name() const {
        const char* name = strrchr(path, '/') + 1;
        return *name ? name : "index.html";
    }
};

// Buffered input from the connection.
class Input {
  public:
    explicit Input(int fd) : fd_(fd) {}

    // A line without its line end. False: there is none, or it is too long.
    bool line(char (&text)[kLineRoom]) {
        size_t n = 0;
        for (int c; (c = get()) >= 0;) {
            if (c == '\n') {
                if (n > 0 && text[n - 1] == '\r') n--;
                text[n] = '\0';
                return true;
            }
            if (n + 1 == kLineRoom) return false;
            text[n++] = static_cast<char>(c);
        }
        return false;
    }

    // Up to n bytes; `from` points at them in the buffer. 0: the end.
    size_t take(size_t n, const char*& from) {
        if (at_ == end_ && !fill()) return 0;
        const size_t part = n < end_ - at_ ? n : end_ - at_;
        from = data_ + at_;
        at_ += part;
        return part;
    }

  private:
    int get() { return at_ < end_ || fill() ? static_cast<unsigned char>(data_[at_++]) : -1; }
    bool fill() {
        const ssize_t n = recv(fd_, data_, sizeof data_, 0);
        if (n < 0) die("%s", errno == EAGAIN ? "the server sent nothing for too long" : strerror(errno));
        at_ = 0;
        end_ = static_cast<size_t>(n);
        return n > 0;
    }

    const int fd_;
    size_t at_ = 0, end_ = 0;
    char data_[8192];
};

struct Answer {
    int status = 0;
    long length = -1;  // -1: the server did not send it
    bool chunked = false;
    char location[kLineRoom] = {};
};

// Where `make server` on the host serves files over HTTP, by the boot arguments host= and http=; "" without
// them.
const char* host_server() {
    static char text[64];
    char host[16] = "10.0.2.2", port[8];
    bootarg("host", host, sizeof host);
    if (bootarg("http", port, sizeof port) > 0) snprintf(text, sizeof text, "http://%s:%s/", host, port);
    return text;
}

const char* usage() {
    static char text[sizeof kUsage + 100];
    snprintf(text, sizeof text, "%s%s%s", kUsage,
             *host_server() ? "\n  `make server` on the host serves " : "", host_server());
    return text;
}

[[noreturn]] void fail_to_connect(const Url& url, int error) {
    const bool refused = error == ECONNREFUSED && *host_server();
    die("cannot connect to %s port %s: %s%s%s", url.host, url.port, strerror(error),
        refused ? "; `make server` on the host serves " : "", refused ? host_server() : "");
}

int connect_to(const Url& url) {
    addrinfo hints{}, *found;
    hints.ai_socktype = SOCK_STREAM;
    const int error = getaddrinfo(url.host, url.port, &hints, &found);
    if (error == EAI_SERVICE) die("port %s is invalid: use 1 to 65535", url.port);
    if (error) die("%s: %s", url.host, gai_strerror(error));
    const timeval timeout{patience, 0};
    int fd = -1;
    for (addrinfo* a = found; a && fd < 0; a = a->ai_next) {
        fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0) die("cannot open a socket: %s", strerror(errno));
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
        if (connect(fd, a->ai_addr, a->ai_addrlen) < 0) close(fd), fd = -1;
    }
    if (fd < 0) fail_to_connect(url, errno == EINPROGRESS ? ETIMEDOUT : errno);
    freeaddrinfo(found);
    return fd;
}

void ask(int fd, const Url& url) {
    char request[1024];
    const bool usual = strcmp(url.port, "80") == 0;
    const int n = snprintf(request, sizeof request,
                           "GET %s HTTP/1.1\r\nHost: %s%s%s\r\nUser-Agent: nx6-wget\r\nAccept: */*\r\n"
                           "Connection: close\r\n\r\n",
                           url.path, url.host, usual ? "" : ":", usual ? "" : url.port);
    if (send(fd, request, static_cast<size_t>(n), 0) < n) die("cannot send the request: %s", strerror(errno));
}

Answer read_header(Input& in) {
    static char line[kLineRoom];
    Answer a;
    if (!in.line(line) || sscanf(line, "HTTP/%*d.%*d %d", &a.status) != 1) die("the answer is not HTTP");
    while (in.line(line) && *line) {
        char* value = strchr(line, ':');
        if (!value) continue;
        *value++ = '\0';
        value += strspn(value, " \t");
        if (strcasecmp(line, "Content-Length") == 0 && !parse_number(value, 0, 1l << 40, &a.length))
            die("the server sent a Content-Length of \"%s\"", value);
        if (strcasecmp(line, "Transfer-Encoding") == 0) a.chunked = strcasecmp(value, "chunked") == 0;
        if (strcasecmp(line, "Location") == 0) strcpy(a.location, value);
    }
    return a;
}

// Where the body goes. A file is written in large pieces: each write() costs two flushes of the disk,
// whatever its size (docs/files.md). The screen gets the bytes as they arrive.
class Output {
  public:
    Output(int fd, bool at_once) : fd_(fd), at_once_(at_once) {}

    void put(const char* from, size_t n) {
        while (n > 0) {
            const size_t room = sizeof data_ - end_, part = n < room ? n : room;
            memcpy(data_ + end_, from, part);
            end_ += part;
            from += part;
            n -= part;
            if (at_once_ || end_ == sizeof data_) flush();
        }
    }
    void flush() {
        for (size_t at = 0; at < end_;) {
            const ssize_t written = write(fd_, data_ + at, end_ - at);
            if (written < 0) die("cannot write: %s", strerror(errno));
            at += static_cast<size_t>(written);
        }
        end_ = 0;
    }

  private:
    const int fd_;
    const bool at_once_;
    size_t end_ = 0;
    static char data_[65536];
};
char Output::data_[65536];

// Copies n bytes, or fewer if the input ends; returns how many.
unsigned long copy(Input& in, Output& to, unsigned long n) {
    unsigned long done = 0;
    const char* from;
    while (done < n) {
        const size_t part = in.take(n - done, from);
        if (part == 0) break;
        to.put(from, part);
        done += part;
    }
    return done;
}

// RFC 9112 section 7.1: each chunk begins with its length in hexadecimal; length 0 is the end.
unsigned long copy_chunks(Input& in, Output& to) {
    static char line[kLineRoom];
    unsigned long done = 0;
    for (;;) {
        char* end;
        if (!in.line(line)) die("the connection ended after %lu bytes", done);
        const unsigned long n = strtoul(line, &end, 16);
        if (end == line) die("the server sent a chunk without its length");
        if (n == 0) return done;
        if (copy(in, to, n) != n) die("the connection ended after %lu bytes", done);
        done += n;
        in.line(line);
    }
}

void fetch(Input& in, const Answer& a, const char* file) {
    const bool screen = strcmp(file, "-") == 0;
    const int fd = screen ? 1 : open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0) die("cannot write %s: %s", file, strerror(errno));
    Output to(fd, screen);
    timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    const unsigned long n = a.chunked
                                ? copy_chunks(in, to)
                                : copy(in, to, a.length < 0 ? ~0ul : static_cast<unsigned long>(a.length));
    to.flush();
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (!screen) close(fd);
    if (a.length >= 0 && n != static_cast<unsigned long>(a.length))
        die("the server announced %ld bytes, but sent %lu", a.length, n);
    const long us = (end.tv_sec - start.tv_sec) * 1000000 + (end.tv_nsec - start.tv_nsec) / 1000 + 1;
    if (!quiet)
        dprintf(2, "%s: %lu bytes in %ld ms, %lu KB/s\n", file, n, us / 1000,
                n * 1000 / static_cast<unsigned long>(us));
}

}  // namespace

int main(int argc, char** argv) {
    signal(SIGPIPE, SIG_IGN);  // a peer that has gone is an error of write()
    help_if_asked(argc, argv, usage());
    const char* file = nullptr;
    for (int letter; (letter = getopt(argc, argv, "qO:T:")) != -1;) {
        if (letter == 'q')
            quiet = true;
        else if (letter == 'O')
            file = optarg;
        else if (letter != 'T' || !parse_number(optarg, 1, 100000, &patience))
            bad_usage(usage());
    }
    if (optind + 1 != argc) bad_usage(usage());
    static Url url;
    if (!url.parse(argv[optind])) {
        die("\"%s\" is not an address such as %sfile", argv[optind],
            *host_server() ? host_server() : "http://10.0.2.2:8000/");
    }
    for (int redirects = 0; redirects <= kMostRedirects; redirects++) {
        const int fd = connect_to(url);
        ask(fd, url);
        static Input* in;
        free(in);
        in = new (malloc(sizeof(Input))) Input(fd);
        const Answer a = read_header(*in);
        if (a.status == 200) return fetch(*in, a, file ? file : url.file_name()), 0;
        close(fd);
        if (a.status < 300 || a.status > 399 || !*a.location)
            die("%s: the server answered with status %d", url.path, a.status);
        if (*a.location == '/' ? !url.take_path(a.location) : !url.parse(a.location))
            die("cannot follow the redirect to %s", a.location);
    }
    die("more than %d redirects", kMostRedirects);
}
