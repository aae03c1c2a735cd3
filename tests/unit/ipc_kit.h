// AF_UNIX sockets as descriptors of one process.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "allocation_failure.h"
#include "ipc.h"
#include "ipc/in_flight.h"
#include "net_test.h"
#include "world.h"

namespace ipc_kit {

using namespace ipc;
using net::LocalAddr;

// A descriptor.
class Fd {
  public:
    Fd() = default;
    explicit Fd(const Ref<net::Socket>& s) : file_(fake::file_of(s)) {}
    explicit Fd(Ref<fs::File> f) : file_(std::move(f)) {}
    LocalSocket& operator*() const {
        return *static_cast<LocalSocket*>(static_cast<net::Socket*>(file_->object));
    }
    LocalSocket* operator->() const { return &**this; }
    const Ref<fs::File>& file() const { return file_; }
    bool is_socket() const { return file_->object != nullptr; }
    LocalSocket* socket() const { return is_socket() ? &**this : nullptr; }
    void close() { file_ = {}; }

  private:
    Ref<fs::File> file_;
};

struct FdPair {
    Fd a, b;
};

struct Received {
    Errno error = Errno::None;
    std::string text;
    std::vector<Fd> fds;
    usize length = 0;
};

class UnixSockets : public ::testing::Test {
  protected:
    UnixSockets() {
        fake::world().reset();
        fake::processes() = {};
        pages_before_ = fake::world().pages_out;
        family = std::make_unique<LocalFamily>();
    }
    void SetUp() override { fake::begin_body(); }
    ~UnixSockets() override {
        fake::judge_what_is_left();
        EXPECT_EQ(family->in_use(), 0u) << "sockets remain";
        EXPECT_EQ(fake::open_files(), 0u) << "files remain";
        EXPECT_EQ(descriptors_in_flight(), 0u);
        EXPECT_EQ(family->pages_in_use(), 0u);
        family.reset();
        EXPECT_EQ(fake::world().pages_out, pages_before_) << "pages remain";
    }

    Fd open(int type = SOCK_STREAM) {
        auto s = family->open(type, 0);
        EXPECT_OK(s);
        return Fd(s.value());
    }
    FdPair pair(int type = SOCK_STREAM) {
        auto p = family->open_pair(type, 0);
        EXPECT_OK(p);
        return {Fd(p.value().first), Fd(p.value().second)};
    }
    Fd listening(const char* path, int backlog = 8, int type = SOCK_STREAM) {
        Fd l = open(type);
        EXPECT_OK(l->bind(LocalAddr(path)));
        EXPECT_OK(l->listen(backlog));
        return l;
    }
    Fd connected(const char* path, int type = SOCK_STREAM) {
        Fd c = open(type);
        EXPECT_OK(c->connect(LocalAddr(path), false));
        return c;
    }
    static Fd accept(const Fd& l) {
        auto s = l->accept(false);
        EXPECT_OK(s);
        return Fd(s.value());
    }

    static Result<usize> send(const Fd& to, const std::string& text, const std::vector<const Fd*>& fds = {},
                              int flags = MSG_DONTWAIT) {
        Rights rights;
        for (const Fd* f : fds) EXPECT_OK(rights.add(f->file(), f->socket()));
        return to->send_with({reinterpret_cast<uptr>(text.data())}, text.size(), flags, nullptr,
                             std::move(rights));
    }
    static Received receive(const Fd& from, usize room = 1000, int flags = MSG_DONTWAIT) {
        std::string text(room, '\0');
        auto got = from->receive_with({reinterpret_cast<uptr>(text.data())}, room, flags, nullptr);
        Received r;
        r.error = got.error();
        if (!got.ok()) return r;
        r.text = text.substr(0, got.value().bytes);
        r.length = got.value().length;
        while (Ref<fs::File> f = got.value().rights.pop()) r.fds.emplace_back(std::move(f));
        return r;
    }

    std::unique_ptr<LocalFamily> family;

  private:
    long pages_before_ = 0;
};

}  // namespace ipc_kit
