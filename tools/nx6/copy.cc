#include "tools/nx6/copy.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "tools/common/fd.h"
#include "tools/nx6/fail.h"
#include "tools/nx6/request.h"

namespace nx6 {
namespace {

using agent::Channel, agent::FrameReader, agent::Kind;
using tools::Fd;

[[noreturn]] void fail_at(const std::string& file) { fail(kFileFailure, file + ": " + std::strerror(errno)); }

// A file that gets its name when it is complete. If the program ends before, also by a signal, nothing is
// left.
class NewFile {
  public:
    explicit NewFile(const std::string& name) : name_(name), temporary_(name + ".XXXXXX") {
        fd_ = Fd(mkstemp(temporary_.data()));
        if (!fd_) fail_at(name);
        const mode_t mask = umask(0);
        umask(mask);
        fchmod(fd_.get(), 0666 & ~mask);
        unfinished_ = temporary_.c_str();
        std::atexit([] { remove_unfinished(); });
        for (const int number : {SIGINT, SIGTERM, SIGHUP}) signal(number, remove_and_end);
    }
    int fd() const { return fd_.get(); }
    void finish() {
        if (rename(temporary_.c_str(), name_.c_str()) < 0) fail_at(name_);
        unfinished_ = nullptr;
    }

  private:
    static void remove_unfinished() {
        if (unfinished_) unlink(unfinished_);
    }
    static void remove_and_end(int number) {
        remove_unfinished();
        signal(number, SIG_DFL);
        raise(number);
    }
    static inline const char* unfinished_ = nullptr;

    std::string name_, temporary_;
    Fd fd_;
};

void write_all(int fd, Bytes data, const std::string& file) {
    while (!data.empty()) {
        const ssize_t n = write(fd, data.data(), data.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail_at(file);
        data = data.subspan(static_cast<usize>(n));
    }
}

// Writes the Data frames up to End.
void receive(Channel& c, int fd, const std::string& file) {
    for (;; c.in.next()) {
        const auto got = c.in.read(c.fd);
        if (got != FrameReader::Got::Frame) fail_disconnected(got);
        if (c.in.kind() == Kind::End) return;
        if (c.in.kind() != Kind::Data) fail_with_answer(c.in, kFileFailure);
        write_all(fd, c.in.payload(), file);
    }
}

// The agent answers before the end only if it refuses the file: the rest need not be sent.
bool has_answered(int socket) {
    pollfd p{socket, POLLIN, 0};
    return poll(&p, 1, 0) > 0;
}

void send_file(Channel& c, int fd, const std::string& file) {
    ssize_t n = 1;
    while (n > 0 && !has_answered(c.fd)) {
        n = read(fd, c.out.room().data(), c.out.room().size());
        if (n < 0) fail_at(file);
        c.out.put(n ? Kind::Data : Kind::End, static_cast<usize>(n));
        if (!c.out.flush(c.fd)) return;
    }
}

}  // namespace

void put(int socket, const std::string& file, const std::string& name) {
    const Fd fd(file == "-" ? dup(0) : open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) fail_at(file);
    const auto c = send_request(socket, Kind::Put, name);
    send_file(*c, fd.get(), file);
    const auto got = c->in.read(socket);
    if (got != FrameReader::Got::Frame) fail_disconnected(got);
    if (c->in.kind() != Kind::End) fail_with_answer(c->in, kFileFailure);
}

void get(int socket, const std::string& name, const std::string& file) {
    const auto c = send_request(socket, Kind::Get, name);
    if (file == "-") return receive(*c, 1, "standard output");
    NewFile target(file);
    receive(*c, target.fd(), file);
    target.finish();
}

std::string target_name(const std::string& from, const std::string& to, bool to_is_folder) {
    if (!to.empty() && !to_is_folder) return to;
    const std::string last = from.substr(from.rfind('/') + 1);
    return to.empty() || to.ends_with('/') ? to + last : to + "/" + last;
}

}  // namespace nx6
