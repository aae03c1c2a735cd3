#include "tools/server/http_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>

#include "tools/server/common.h"

namespace server {
namespace {

constexpr i64 kPatience = 10;  // seconds
constexpr usize kBuffer = 64 << 10;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

const char* reason(int status) {
    switch (status) {
        case 200: return "OK";
        case 400: return "Bad Request";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 431: return "Request Header Fields Too Large";
        default: return "HTTP Version Not Supported";
    }
}

const char* type_of(const HttpRequest& request) {
    constexpr struct {
        const char *ending, *type;
    } kTypes[] = {{".md", "text/plain; charset=utf-8"},
                  {".txt", "text/plain; charset=utf-8"},
                  {".html", "text/html; charset=utf-8"},
                  {".png", "image/png"}};
    const std::string name = request.path.empty() ? "" : request.path.back();
    for (const auto& t : kTypes) {
        if (name.ends_with(t.ending)) return t.type;
    }
    return "application/octet-stream";
}

std::string head_of(int status, const char* type, u64 length) {
    std::array<char, 40> date;
    const std::time_t now = std::time(nullptr);
    std::strftime(date.data(), date.size(), "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&now));
    return "HTTP/1.1 " + std::to_string(status) + " " + reason(status) + "\r\nDate: " + date.data() +
           (status == 405 ? "\r\nAllow: GET, HEAD" : "") + "\r\nContent-Type: " + type +
           "\r\nContent-Length: " + std::to_string(length) + "\r\nConnection: close\r\n\r\n";
}

}  // namespace

HttpConnection::HttpConnection(Fd socket, int root, bool quiet, i64 now)
    : socket_(std::move(socket)), root_(root), quiet_(quiet), deadline_(now + kPatience) {}

short HttpConnection::events() const { return state_ == State::Writing ? POLLOUT : POLLIN; }

void HttpConnection::ready(i64 now) {
    if (state_ == State::Writing) return write_answer(now);
    if (state_ == State::Reading) {
        read_request();
        if (state_ == State::Writing) deadline_ = now + kPatience;
        return;
    }
    std::array<char, 4096> ignored;
    const ssize_t n = recv(fd(), ignored.data(), ignored.size(), MSG_DONTWAIT);
    if (n == 0 || (n < 0 && !would_block())) state_ = State::Ended;
}

void HttpConnection::read_request() {
    std::array<char, kMaxRequest> buffer;
    const ssize_t n = recv(fd(), buffer.data(), buffer.size() - request_.size(), MSG_DONTWAIT);
    if (n < 0 && would_block()) return;
    if (n <= 0) {
        state_ = State::Ended;
        return;
    }
    request_.append(buffer.data(), static_cast<usize>(n));
    const usize end = end_of_head(request_);
    HttpRequest request;
    if (end != std::string::npos)
        request = parse_request(std::string_view(request_).substr(0, end));
    else if (request_.size() == kMaxRequest)
        request.status = 431;
    else
        return;
    answer(request);
}

void HttpConnection::answer(const HttpRequest& request) {
    FoundFile found;
    found.status = request.status;
    if (request.status == 200) found = find_file(root_, request.path);
    std::string body = found.listing;
    if (found.status != 200) body = std::to_string(found.status) + " " + reason(found.status) + "\n";
    const u64 length = found.file ? found.size : body.size();
    out_ = head_of(found.status, found.file ? type_of(request) : "text/plain; charset=utf-8", length);
    if (!request.head) {
        out_ += body;
        left_ = found.size;
        file_ = std::move(found.file);
    }
    state_ = State::Writing;
    if (!quiet_)
        std::printf("http  %s: %d, %llu bytes\n", printable(request.target).c_str(), found.status,
                    static_cast<unsigned long long>(length));
}

// A file that has become shorter ends the answer early: the client sees fewer bytes than announced.
void HttpConnection::fill() {
    if (!out_.empty() || !left_) return;
    std::array<char, kBuffer> buffer;
    const ssize_t n =
        read(file_.get(), buffer.data(), static_cast<usize>(std::min<u64>(left_, buffer.size())));
    left_ -= n > 0 ? static_cast<u64>(n) : left_;
    if (n > 0) out_.assign(buffer.data(), static_cast<usize>(n));
}

void HttpConnection::write_answer(i64 now) {
    fill();
    if (out_.empty()) {
        shutdown(fd(), SHUT_WR);
        state_ = State::Closing;
        return;
    }
    const ssize_t n = send(fd(), out_.data(), out_.size(), MSG_DONTWAIT);
    if (n < 0) {
        if (!would_block()) state_ = State::Ended;
        return;
    }
    out_.erase(0, static_cast<usize>(n));
    deadline_ = now + kPatience;
}

}  // namespace server
