// What the stack in a program needs of the system, besides its channel's memory. system/ implements it with
// system calls; tests/fake/ustack/ has a clock and a wire of its own.
#pragma once

#include "abi/poll.h"
#include "lib/time.h"
#include "lib/types.h"

namespace ustack::system {

// Time since boot.
Instant now();

// Fills in revents of n descriptors, and sleeps until one is ready or the deadline has come. Returns how many
// are ready, or a negative error.
int poll(pollfd* fds, usize n, Instant deadline);

// Tells the kernel that frames were posted in the transmit ring of the channel `fd`.
void signal(int fd);

// n more pages of memory at a page boundary, zeroed; null when memory is exhausted. They are never returned.
void* more_pages(usize n);

// Another descriptor of the same file as `fd`, the lowest that is free; or a negative error.
int duplicate(int fd);
int duplicate_to(int fd, int wanted);  // closes `wanted` first
void close(int fd);
void close_on_exec(int fd);

// Prints on standard error.
void print(const char* text, usize length);

}  // namespace ustack::system
