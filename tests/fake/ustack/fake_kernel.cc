#include "fake_kernel.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include "net/core/mbuf.h"
#include "ustack/memory.h"

namespace fake {
namespace {

constexpr usize kRings = 1 << 16, kMaxChannels = 4;  // bytes for the rings of a channel
constexpr usize kBuffers = net::kMaxMbufs * CHANNEL_BUFFER;

// The mbuf pool keeps its pages, so all tests have the same memory.
u8* all_memory() {
    static u8* const memory = [] {
        auto* m = static_cast<u8*>(std::aligned_alloc(4096, kMaxChannels * kRings + kBuffers));
        std::memset(m, 0, kMaxChannels * kRings + kBuffers);
        ustack::give_packet_memory(m + kMaxChannels * kRings, kBuffers / 4096);
        return m;
    }();
    return memory;
}

Kernel* latest = nullptr;

}  // namespace

Kernel& kernel() { return *latest; }

Kernel::Kernel() : memory_(all_memory()) {
    latest = this;
    for (int fd = 0; fd < 3; fd++) descriptors.insert(fd);
}
Kernel::~Kernel() { latest = nullptr; }

int Kernel::open(u32 slots, unsigned offload) {
    int fd = 3;
    while (descriptors.count(fd)) fd++;
    descriptors.insert(fd);
    const usize at = channels_.size() * kRings;
    auto* m = reinterpret_cast<channel_memory*>(memory_ + at);
    std::memset(static_cast<void*>(m), 0, kRings);
    const auto ring = static_cast<u32>(slots * sizeof(channel_slot));
    m->magic = CHANNEL_MAGIC, m->version = CHANNEL_VERSION;
    m->bytes = kRings + kBuffers, m->slots = slots, m->buffers = net::kMaxMbufs;
    m->receive_at = sizeof *m, m->transmit_at = m->receive_at + ring;
    m->buffers_at = static_cast<u32>(kMaxChannels * kRings - at);
    m->mtu = 1500, m->offload = offload;
    const u8 mac[6] = {0x52, 0x54, 0, 0, 0, static_cast<u8>(fd)};
    std::memcpy(m->mac, mac, sizeof mac);
    m->transmit.signal = 1;
    Channel& c = channels_[fd];
    c.memory = m;
    c.receive = {&m->receive, reinterpret_cast<channel_slot*>(memory_ + at + m->receive_at), slots, 0, 0};
    c.transmit = {&m->transmit, reinterpret_cast<channel_slot*>(memory_ + at + m->transmit_at), slots, 0, 0};
    return fd;
}

// --- receive: from the kernel to the program ---

bool Kernel::deliver(int fd, const Frame& frame, u16 flags, usize piece) {
    Channel& c = channels_.at(fd);
    channel_kernel& ring = c.receive;
    u8* buffers = reinterpret_cast<u8*>(c.memory) + c.memory->buffers_at;
    const u32 posted = channel_requests(&ring);
    EXPECT_TRUE(channel_possible(&ring, posted));
    std::vector<channel_slot> slots;
    for (usize done = 0; done < frame.size() || slots.empty();) {
        if (slots.size() == posted) return c.no_buffer++, false;
        channel_slot s = channel_request(&ring, static_cast<u32>(slots.size()));
        usize n = std::min<usize>(s.length, frame.size() - done);
        if (n > piece) n = piece;
        if (n > 0) std::memcpy(buffers + usize{s.buffer} * CHANNEL_BUFFER + s.offset, frame.data() + done, n);
        done += n;
        s.length = static_cast<u16>(n);
        s.flags = static_cast<u16>((flags & CHANNEL_CHECKSUM) | (done < frame.size() ? CHANNEL_MORE : 0));
        s.status = 0;
        slots.push_back(s);
    }
    channel_take(&ring, static_cast<u32>(slots.size()));
    for (const channel_slot& s : slots) channel_complete(&ring, &s);
    channel_publish_completions(&ring);
    c.delivered++;
    return true;
}

// --- transmit: from the program to the kernel ---

void Kernel::work(int fd) {
    Channel& c = channels_.at(fd);
    channel_kernel& ring = c.transmit;
    const u8* buffers = reinterpret_cast<u8*>(c.memory) + c.memory->buffers_at;
    do {
        channel_attend(&ring);
        const u32 posted = channel_requests(&ring);
        EXPECT_TRUE(channel_possible(&ring, posted));
        Frame frame;
        for (u32 i = 0; i < posted; i++) {
            const channel_slot s = channel_request(&ring, 0);
            channel_take(&ring, 1);
            EXPECT_LT(s.buffer, c.memory->buffers);
            EXPECT_LE(s.offset + s.length, CHANNEL_BUFFER);
            const u8* from = buffers + usize{s.buffer} * CHANNEL_BUFFER + s.offset;
            frame.insert(frame.end(), from, from + s.length);
            if (!(s.flags & CHANNEL_MORE)) {
                c.sent.push_back(frame);
                c.flags.push_back(s.flags);
                frame.clear();
            }
        }
        EXPECT_TRUE(frame.empty()) << "the last frame is not complete";
        c.held += posted;
        if (!c.holds_completions) finish_held(fd);
    } while (!c.attends && !channel_rest(&ring));
}

void Kernel::work_all() {
    for (auto& [fd, c] : channels_) work(fd);
    for (auto& [fd, c] : channels_) {
        for (; wire && c.wired < c.sent.size(); c.wired++) wire(fd, c.sent[c.wired], c.flags[c.wired]);
    }
}

void Kernel::finish_held(int fd) {
    Channel& c = channels_.at(fd);
    for (; c.held > 0; c.held--) {
        channel_slot done = c.transmit.slots[c.transmit.completed & (c.transmit.count - 1)];
        done.status = c.status;
        channel_complete(&c.transmit, &done);
    }
    channel_publish_completions(&c.transmit);
}

}  // namespace fake
