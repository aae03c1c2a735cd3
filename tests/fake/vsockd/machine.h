// A guest with its vsockd in one thread: QEMU and the guest's driver are played by the test, programs on the
// host are real UNIX sockets in a temporary folder, and time passes only when the test says so.
#pragma once

#include <filesystem>
#include <memory>

#include "fake/vsockd/fake_qemu.h"
#include "net/vsock/engine.h"
#include "tools/vsockd/daemon.h"

namespace fake {

using net::VsockHeader;
using net::VsockOp;

struct Packet {
    VsockHeader header{};
    std::string data;
    VsockOp op() const { return static_cast<VsockOp>(static_cast<u16>(header.op)); }
};

// A program on the host.
class Program {
  public:
    Program() = default;
    explicit Program(tools::Fd fd) : fd_(std::move(fd)) {}
    int fd() const { return fd_.get(); }
    explicit operator bool() const { return static_cast<bool>(fd_); }
    // How many bytes the socket took.
    usize send(const std::string& data) {
        const ssize_t n = ::send(fd(), data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        return n < 0 ? 0 : static_cast<usize>(n);
    }
    // All that can be read now.
    std::string receive(usize most = ~usize{0});
    // Whether the end of the data, or an error, is what is read next.
    bool is_at_end();
    void shut(int how) { shutdown(fd(), how); }
    void close() { fd_ = tools::Fd(); }

  private:
    tools::Fd fd_;
};

struct MachineOptions {
    u16 queue_size = 128;
    u32 buffer = 4096 + sizeof(VsockHeader);  // of the receive queue
    u16 buffers = 64;                         // how many of them the guest offers
    u64 features = 1ull << 32 | 1ull << 30;
    u32 connections = 1023;
    bool once = false;
};

class Machine {
  public:
    static constexpr u32 kBuffer = 64 << 10;  // the guest's buf_alloc
    static constexpr u64 kCid = 3;

    explicit Machine(MachineOptions options = {});
    ~Machine();

    // --- QEMU
    void connect_qemu();
    // The guest's driver starts the device, at these positions of the queues.
    void start(u16 receive_base = 0, u16 transmit_base = 0);
    // QEMU stops the queues; returns their positions.
    std::pair<u16, u16> stop();
    void reset_guest();
    bool interrupted();

    // --- the guest's driver
    // Puts a packet into the transmit queue; `length` if the header's shall not be that of the data.
    void send(VsockOp op, u32 host_port, u32 guest_port, const std::string& data = "", u32 flags = 0);
    void send(VsockHeader h, const std::string& data);
    VsockHeader header(VsockOp op, u32 host_port, u32 guest_port) const;
    // The next packet for the guest, if there is one. Its buffer is offered again, unless told otherwise.
    std::optional<Packet> receive();
    // Expects a packet with this operation and returns it.
    Packet expect(VsockOp op);
    // Data to the guest until none comes, as one text; tells credit like a reader that is never late.
    std::string receive_data(u32 host_port, u32 guest_port);
    void offer_buffers(u16 n);
    void kick();

    // --- programs
    Program connect(const std::string& line);
    // A connection from a program to this port of the guest, accepted by it.
    struct Pair {
        Program program;
        u32 host_port, guest_port;
    };
    Pair connected(u32 guest_port = 52);
    // The same, opened by the guest to `host_port`, at which listen() waits.
    Pair accepted(u32 host_port = 80, u32 guest_port = 1025);
    void listen(u32 host_port);
    Program accept();

    // --- time
    // Until there is nothing to do.
    void run();
    void pass(Duration d);

    MachineOptions options;
    std::filesystem::path folder;
    std::string path;
    SharedMemory memory;
    DriverQueue receive_queue, transmit_queue;
    vsockd::Loop loop;
    std::unique_ptr<vsockd::Daemon> daemon;
    std::unique_ptr<FakeQemu> qemu;
    bool refill = true;  // offers a buffer again after receive()
    u32 fwd_cnt = 0;     // what header() says; the guest has read so many bytes

  private:
    u64 transmit_slot_ = 0;
    tools::Fd kick_[2], call_[2];
    std::unique_ptr<vsockd::ListeningSocket> listener_;
};

}  // namespace fake
