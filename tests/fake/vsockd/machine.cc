#include "fake/vsockd/machine.h"

#include <fcntl.h>
#include <sys/eventfd.h>

namespace fake {
namespace {

using tools::Fd;

Instant the_time{1'000'000'000};

// Where things are in the guest's memory.
constexpr u64 kReceiveRings = 0x0, kTransmitRings = 0x10'000, kReceiveBuffers = 0x10'0000,
              kTransmitBuffers = 0x80'0000;
constexpr u64 kTransmitSlot = 0x2'0000;  // one packet
constexpr u64 kTransmitSlots = 32;

}  // namespace

std::string Program::receive(usize most) {
    std::string all;
    char buffer[65536];
    while (all.size() < most) {
        const ssize_t n = recv(fd(), buffer, std::min(most - all.size(), sizeof buffer), MSG_DONTWAIT);
        if (n <= 0) break;
        all.append(buffer, static_cast<usize>(n));
    }
    return all;
}

bool Program::is_at_end() {
    char byte;
    const ssize_t n = recv(fd(), &byte, 1, MSG_DONTWAIT | MSG_PEEK);
    return n == 0 || (n < 0 && errno != EAGAIN);
}

Machine::Machine(MachineOptions o)
    : options(o),
      receive_queue(memory, kReceiveRings, o.queue_size),
      transmit_queue(memory, kTransmitRings, o.queue_size) {
    std::string name = (std::filesystem::temp_directory_path() / "vsockd-XXXXXX").string();
    folder = mkdtemp(name.data());
    path = folder / "v";
    loop.set_clock([] { return the_time; });
    loop.wait(0);
    daemon = std::make_unique<vsockd::Daemon>(
        loop,
        vsockd::Options{
            .path = path, .qemu = path + ".qemu", .cid = kCid, .connections = o.connections, .once = o.once});
    connect_qemu();
    start();
}

Machine::~Machine() {
    qemu.reset();
    daemon.reset();
    std::filesystem::remove_all(folder);
}

// --- QEMU

void Machine::connect_qemu() {
    qemu = std::make_unique<FakeQemu>(vsockd::connect_to(path + ".qemu"));
    run();
}

void Machine::start(u16 receive_base, u16 transmit_base) {
    if (!receive_base && !transmit_base) {
        receive_queue.clear();
        transmit_queue.clear();
        offer_buffers(options.buffers);
    }
    qemu->send(Request::SetFeatures, options.features);
    qemu->offer_memory(memory);
    const u16 bases[] = {receive_base, transmit_base};
    for (u32 i : {0u, 1u}) {
        kick_[i] = Fd(eventfd(0, EFD_NONBLOCK));
        call_[i] = Fd(eventfd(0, EFD_NONBLOCK));
        qemu->offer_queue(i, i ? transmit_queue.place : receive_queue.place, bases[i], kick_[i].get(),
                          call_[i].get());
    }
    for (u32 i : {0u, 1u}) qemu->enable(i, true);
    run();
}

std::pair<u16, u16> Machine::stop() {
    u16 bases[2];
    for (u32 i : {0u, 1u}) {
        qemu->enable(i, false);
        qemu->send(Request::GetVringBase, vsockd::VringState{i, 0});
        run();
        bases[i] = static_cast<u16>(qemu->answer_as<vsockd::VringState>().value);
    }
    return {bases[0], bases[1]};
}

void Machine::reset_guest() {
    stop();
    start();
}

bool Machine::interrupted() {
    u64 count;
    bool any = false;
    for (Fd& fd : call_) any |= read(fd.get(), &count, sizeof count) > 0;
    return any;
}

void Machine::kick() {
    const u64 one = 1;
    for (Fd& fd : kick_) EXPECT_EQ(write(fd.get(), &one, sizeof one), 8);
    run();
}

// --- the guest's driver

void Machine::offer_buffers(u16 n) {
    for (u16 i = 0; i < n; i++) {
        const u64 at = SharedMemory::kGuest + kReceiveBuffers +
                       receive_queue.free % options.queue_size * u64{options.buffer};
        receive_queue.offer({{at, options.buffer, Descriptor::kWrite, 0}});
    }
}

VsockHeader Machine::header(VsockOp op, u32 host_port, u32 guest_port) const {
    VsockHeader h{};
    h.src_cid = kCid, h.dst_cid = net::kVsockHostCid;
    h.src_port = guest_port, h.dst_port = host_port;
    h.type = 1, h.op = static_cast<u16>(op);
    h.buf_alloc = kBuffer, h.fwd_cnt = fwd_cnt;
    return h;
}

void Machine::send(VsockOp op, u32 host_port, u32 guest_port, const std::string& data, u32 flags) {
    VsockHeader h = header(op, host_port, guest_port);
    h.length = static_cast<u32>(data.size());
    h.flags = flags;
    send(h, data);
}

void Machine::send(VsockHeader h, const std::string& data) {
    const u64 offset = kTransmitBuffers + transmit_slot_++ % kTransmitSlots * kTransmitSlot;
    const u64 at = SharedMemory::kGuest + offset;
    std::memcpy(memory.at(offset), &h, sizeof h);
    std::memcpy(memory.at(offset + 64), data.data(), data.size());
    std::vector<Descriptor> chain{{at, sizeof h, 0, 0}};
    if (!data.empty()) chain.push_back({at + 64, static_cast<u32>(data.size()), 0, 0});
    transmit_queue.offer(chain);
    kick();
    while (transmit_queue.take()) {
    }
}

std::optional<Packet> Machine::receive() {
    const auto done = receive_queue.take();
    if (!done) return std::nullopt;
    const u8* at = memory.base + (receive_queue.descriptors[done->head].address - SharedMemory::kGuest);
    Packet p;
    std::memcpy(&p.header, at, sizeof p.header);
    p.data.assign(reinterpret_cast<const char*>(at) + sizeof p.header, p.header.length);
    EXPECT_EQ(done->written, sizeof p.header + p.header.length);
    EXPECT_EQ(p.header.src_cid, net::kVsockHostCid);
    EXPECT_EQ(p.header.dst_cid, kCid);
    if (refill) receive_queue.publish(static_cast<u16>(done->head));
    if (refill) kick();
    return p;
}

Packet Machine::expect(VsockOp op) {
    const auto p = receive();
    EXPECT_TRUE(p) << "no packet; wanted " << net::name_of(op);
    if (!p) return {};
    EXPECT_EQ(p->op(), op) << net::name_of(p->op()) << " instead of " << net::name_of(op);
    return *p;
}

std::string Machine::receive_data(u32 host_port, u32 guest_port) {
    std::string all;
    u32 told = 0;
    while (auto p = receive()) {
        if (p->op() != VsockOp::Data) continue;
        all += p->data;
        fwd_cnt += static_cast<u32>(p->data.size());
        if (fwd_cnt - told < kBuffer / 4) continue;
        told = fwd_cnt;
        send(VsockOp::CreditUpdate, host_port, guest_port);
    }
    return all;
}

// --- programs

Program Machine::connect(const std::string& line) {
    Program p(vsockd::connect_to(path));
    EXPECT_TRUE(p);
    p.send(line);
    run();
    return p;
}

Machine::Pair Machine::connected(u32 guest_port) {
    Program p = connect("CONNECT " + std::to_string(guest_port) + "\n");
    const Packet request = expect(VsockOp::Request);
    send(VsockOp::Response, request.header.src_port, guest_port);
    EXPECT_EQ(p.receive(), "OK " + std::to_string(request.header.src_port) + "\n");
    return {std::move(p), request.header.src_port, guest_port};
}

void Machine::listen(u32 host_port) {
    listener_.reset();
    listener_ = std::make_unique<vsockd::ListeningSocket>(path + "_" + std::to_string(host_port), 0);
}

Program Machine::accept() { return Program(listener_->accept()); }

Machine::Pair Machine::accepted(u32 host_port, u32 guest_port) {
    listen(host_port);
    send(VsockOp::Request, host_port, guest_port);
    expect(VsockOp::Response);
    Program p = accept();
    EXPECT_TRUE(p);
    return {std::move(p), host_port, guest_port};
}

// --- time

void Machine::run() {
    for (int i = 0; i < 100'000; i++)
        if (!daemon->step(0)) return;
    ADD_FAILURE() << "vsockd is never idle";
}

void Machine::pass(Duration d) {
    the_time = the_time + d;
    run();
}

}  // namespace fake
