#include "channel.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

namespace {

channel_program program_side(channel_memory* m, channel_ring& ring, unsigned slots_at) {
    auto* slots = reinterpret_cast<channel_slot*>(reinterpret_cast<unsigned char*>(m) + slots_at);
    return {&ring, slots, m->slots, 0, 0};
}

// The whole room of a buffer.
channel_slot empty_buffer(unsigned buffer) { return {buffer, 0, CHANNEL_BUFFER, 0, 0, 0}; }

bool post(channel_program& p, const channel_slot& request) {
    channel_slot* slot = channel_next(&p);
    if (!slot) return false;
    *slot = request;
    channel_post(&p);
    return true;
}

channel_slot take_completion(channel_program& p) {
    const channel_slot done = *channel_completion(&p);
    channel_reap(&p, 1);
    return done;
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

int channel_lend(channel* c, unsigned buffer) {
    if (!post(c->receive, empty_buffer(buffer))) return 0;
    (void)channel_publish(&c->receive);  // the kernel needs no signal for an empty buffer
    return 1;
}

int channel_receive_part(channel* c, channel_frame* part) {
    if (channel_completions(&c->receive) == 0) return 0;
    const channel_slot done = take_completion(c->receive);
    *part = {channel_buffer(c, done.buffer) + done.offset, done.length, done.buffer,
             done.flags & CHANNEL_MORE};
    return 1;
}

int channel_receive(channel* c, channel_frame* frame) {
    for (int continued = 0; channel_receive_part(c, frame);) {
        if (!continued && !frame->more) return 1;
        continued = frame->more;
        channel_give_back(c, frame);
    }
    return 0;
}

void channel_give_back(channel* c, const channel_frame* frame) { (void)channel_lend(c, frame->buffer); }

int channel_send(channel* c, unsigned buffer, unsigned offset, unsigned length) {
    const auto from = static_cast<unsigned short>(offset), n = static_cast<unsigned short>(length);
    return post(c->transmit, {buffer, from, n, 0, 0, 0});
}

void channel_flush(channel* c) {
    if (channel_publish(&c->transmit)) ioctl(c->fd, CHANNEL_SIGNAL, nullptr);
}

int channel_sent(channel* c, channel_slot* completion) {
    if (channel_completions(&c->transmit) == 0) return 0;
    *completion = take_completion(c->transmit);
    return 1;
}
