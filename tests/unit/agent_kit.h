// The guest's agent in a child process of the test, and the host's end of its connection.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "user/bin/agent/session.h"

namespace agent_kit {

using agent::Channel, agent::FrameReader, agent::Kind;
using Got = FrameReader::Got;
inline constexpr int kDeadlineSeconds = 20;

inline Bytes bytes_of(const std::string& text) {
    return {reinterpret_cast<const u8*>(text.data()), text.size()};
}
inline std::string text_of(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::string request(const std::string& text, u32 version = agent::kVersion) {
    agent::Request head{{}, version};
    std::copy_n(agent::kMagic, sizeof agent::kMagic, head.magic);
    return std::string(reinterpret_cast<const char*>(&head), sizeof head) + text;
}

// One connection. The agent's process is killed at a deadline, so that no test hangs.
class Session {
  public:
    Session() {
        int ends[2];
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        pid_ = fork();
        if (pid_ == 0) {
            close(ends[0]);
            alarm(kDeadlineSeconds);
            agent::serve(ends[1], "/bin/sh");
            _exit(0);
        }
        close(ends[1]);
        c_->fd = ends[0];
        const timeval limit{kDeadlineSeconds, 0};
        setsockopt(c_->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        setsockopt(c_->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    }
    Session(Kind kind, const std::string& text) : Session() { send(kind, request(text)); }
    ~Session() { disconnect(), wait(); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    int fd() const { return c_->fd; }
    void disconnect() {
        if (c_->fd >= 0) close(c_->fd);
        c_->fd = -1;
    }
    // Until the agent's process has ended; returns its status.
    int wait() {
        int status = -1;
        if (pid_ > 0) waitpid(pid_, &status, 0);
        pid_ = -1;
        return status;
    }

    void send(Kind kind, const std::string& payload = "") {
        c_->out.put(kind, bytes_of(payload));
        EXPECT_TRUE(c_->out.flush(c_->fd));
    }
    template <class T>
    void send_struct(Kind kind, const T& payload) {
        send(kind, {reinterpret_cast<const char*>(&payload), sizeof payload});
    }
    Got receive() {
        c_->in.next();
        return c_->in.read(c_->fd);
    }
    Kind kind() const { return c_->in.kind(); }
    std::string payload() const { return text_of(c_->in.payload()); }

    struct Outcome {
        std::string output, errors, error;
        u32 credit = 0;
        int status = -1, signal = -1;
        Got last = Got::Frame;  // Frame: it ended with Exit, End or Error
    };
    // Collects everything up to the last frame.
    Outcome finish() {
        Outcome o;
        while ((o.last = receive()) == Got::Frame) {
            if (kind() == Kind::Output || kind() == Kind::Data) o.output += payload();
            if (kind() == Kind::Errors) o.errors += payload();
            if (kind() == Kind::Credit) o.credit += c_->in.as<agent::CreditGrant>()->bytes;
            if (kind() == Kind::Error) o.error = payload();
            if (const auto* exit = c_->in.as<agent::ExitStatus>(); exit && kind() == Kind::Exit)
                o.status = static_cast<int>(exit->status), o.signal = static_cast<int>(exit->signal);
            if (kind() == Kind::Exit || kind() == Kind::Error || kind() == Kind::End) break;
        }
        return o;
    }

  private:
    std::unique_ptr<Channel> c_ = std::make_unique<Channel>();
    pid_t pid_;
};

inline Session::Outcome run(const std::string& line, const std::string& input = "") {
    Session s(Kind::Run, line);
    if (!input.empty()) s.send(Kind::Input, input);
    s.send(Kind::InputEnd);
    return s.finish();
}

// Whether the process ends within the deadline. It is not our child.
inline bool ends(pid_t pid) {
    for (int i = 0; i < kDeadlineSeconds * 100; i++) {
        if (kill(pid, 0) < 0) return true;
        usleep(10'000);
    }
    return false;
}

}  // namespace agent_kit
