// netd (netd.h) as the stack in a program uses it. Errors are those of errno.h, negated.
#pragma once

namespace ustack::system {

// A new channel, and the host's address on its link.
struct Channel {
    int fd;
    void* memory;               // struct channel_memory, mapped
    unsigned address, gateway;  // 10.0.2.15 is 0x0a00020f; 0: none
    unsigned prefix_length;
};
int open_channel(unsigned buffers, Channel& channel);

// Adds a port to the channel; port 0: a free one. protocol: IPPROTO_*.
int claim_port(int channel, int protocol, unsigned short& port);
void release_port(int channel, int protocol, unsigned short port);

}  // namespace ustack::system
