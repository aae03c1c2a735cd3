// Programs with a stack of their own, on channels of a fake kernel. Afterwards every mbuf is free.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "abi/socket.h"
#include "fake/packets.h"
#include "fake/ustack/fake_kernel.h"
#include "lib/endian.h"
#include "ustack/sockets.h"
#include "ustack/system.h"

namespace ustack_kit {

using packets::Packet;

// netd: it gives free ports from 50000 up, and remembers who asked for what.
class Ports final : public ustack::PortSource {
  public:
    Result<u16> claim(net::IpProtocol protocol, u16 port) override {
        asked++;
        if (error != Errno::None) return error;
        if (port == 0) port = next++;
        return claimed.insert({protocol, port}).second ? Result<u16>(port) : Errno::AddrInUse;
    }
    void release(net::IpProtocol protocol, u16 port) override {
        EXPECT_EQ(claimed.erase({protocol, port}), 1u) << "port " << port << " was not claimed";
    }
    bool has(net::IpProtocol protocol, u16 port) const { return claimed.count({protocol, port}) > 0; }

    std::set<std::pair<net::IpProtocol, u16>> claimed;
    usize asked = 0;
    Errno error = Errno::None;
    u16 next = 50000;
};

// One program: its channel, its stack and its socket calls.
struct Program {
    Program(net::Ipv4Addr address, u32 slots, unsigned offload)
        : fd(fake::kernel().open(slots, offload)), stack(fd, *fake::kernel().channel(fd).memory, ports) {
        EXPECT_TRUE(stack.start({address, 24}, {}).ok());
    }
    fake::Channel& channel() { return fake::kernel().channel(fd); }

    const int fd;
    Ports ports;
    ustack::Stack stack;
    ustack::Sockets sockets{stack};
};

inline sockaddr_in address(net::Ipv4Addr a, u16 port) {
    return {AF_INET, swap_bytes(port), {swap_bytes(a.value())}, {}};
}

class UstackTest : public ::testing::Test {
  protected:
    UstackTest() : mbufs_before_(net::mbuf_usage().in_use()) {}
    ~UstackTest() override {
        programs_.clear();
        EXPECT_EQ(net::mbuf_usage().in_use(), mbufs_before_) << "mbufs leaked";
    }
    Program& program(net::Ipv4Addr address, u32 slots = 64, unsigned offload = 0) {
        programs_.push_back(std::make_unique<Program>(address, slots, offload));
        ustack::event_loop().attach(&both_);
        return *programs_.back();
    }

    fake::Kernel kernel;

  private:
    // Several programs in one thread: all of them work while one of them waits.
    class All final : public ustack::EventSource {
      public:
        explicit All(std::vector<std::unique_ptr<Program>>& programs) : programs_(programs) {}
        bool work() override {
            bool any = false;
            for (auto& p : programs_) any |= p->stack.device().work();
            // The one that runs flushes its own frames; the others would do so by themselves.
            if (programs_.size() > 1) flush();
            return any;
        }
        void flush() override {
            for (auto& p : programs_) p->stack.device().flush();
        }
        void sleep(Instant deadline) override {
            std::vector<pollfd> fds;
            for (auto& p : programs_) fds.push_back({p->fd, POLLIN | POLLOUT, 0});
            ustack::system::poll(fds.data(), fds.size(), deadline);
        }

      private:
        std::vector<std::unique_ptr<Program>>& programs_;
    };

    const u64 mbufs_before_;
    std::vector<std::unique_ptr<Program>> programs_;
    All both_{programs_};
};

}  // namespace ustack_kit
