#include "channel.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

namespace {

channel_program program_side(channel_memory* m, channel_ring& ring, unsigned slots_at) {
    auto* slots = reinterpret_cast<channel_slot*>(reinterpret_cast<unsigned char*>(m) + slots_at);
    return {&ring, slots, m->slots, 0, 0};
}

}  // namespace

int channel_map(channel* c, int fd) {
    channel_info info;
    if (ioctl(fd, CHANNEL_INFO, &info) < 0) return errno = ENODEV, -1;
    void* memory = mmap(nullptr, info.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) return -1;
    c->fd = fd;
    c->memory = static_cast<channel_memory*>(memory);
    c->buffers = static_cast<unsigned char*>(memory) + c->memory->buffers_at;
    c->receive = program_side(c->memory, c->memory->receive, c->memory->receive_at);
    c->transmit = program_side(c->memory, c->memory->transmit, c->memory->transmit_at);
    return 0;
}

void channel_unmap(channel* c) {
    munmap(c->memory, c->memory->bytes);
    c->memory = nullptr;
}

void channel_signal(const channel* c) { ioctl(c->fd, CHANNEL_SIGNAL, nullptr); }
