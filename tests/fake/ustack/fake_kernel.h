// The kernel as a stack in a program sees it: channels on one link, a clock, descriptors. Nothing happens at
// a time of its own: the kernel works when it is signalled or polled, and the clock jumps while a program
// sleeps.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "abi/channel_ring.h"
#include "lib/time.h"
#include "lib/types.h"

namespace fake {

using Frame = std::vector<u8>;

// One channel, from the kernel's side. Its buffers are those of all channels: the stacks of one test have the
// mbuf pool in common.
struct Channel {
    channel_memory* memory = nullptr;
    channel_kernel receive{}, transmit{};
    std::vector<Frame> sent;         // every frame, as the kernel got it
    std::vector<u16> flags;          // of each frame sent
    usize wired = 0;                 // of these, how many went over the wire
    usize delivered = 0;             // frames put into the receive ring
    usize no_buffer = 0;             // frames dropped, because there was no buffer
    usize signals = 0;               // CHANNEL_SIGNAL
    bool holds_completions = false;  // of sent frames
    bool attends = false;            // looks at the transmit ring all the time: needs no signal
    int status = 0;                  // of each completion
    u32 held = 0;                    // completions that were held
};

class Kernel {
  public:
    Kernel();
    ~Kernel();

    // Makes a channel with the MAC address 52:54:00:00:00:fd; returns its descriptor.
    int open(u32 slots, unsigned offload);
    Channel& channel(int fd) { return channels_.at(fd); }
    bool has_channel(int fd) const { return channels_.count(fd) > 0; }

    // Puts a frame into the receive ring, in slots of at most `piece` bytes. False: no room; dropped.
    bool deliver(int fd, const Frame& frame, u16 flags = 0, usize piece = ~usize{0});
    // Takes what is posted in the transmit ring, and completes it unless completions are held.
    void work(int fd);
    void finish_held(int fd);
    // The same for all channels; then the frames go over the wire.
    void work_all();

    // Called with each frame sent, and may deliver() it somewhere. If null, frames only go to Channel::sent.
    std::function<void(int from, const Frame&, u16 flags)> wire;
    // Called when a program sleeps and nothing can wake it; if null, the test fails.
    std::function<void()> on_idle;

    Instant now{1'000'000'000};
    std::map<int, short> events;  // of other descriptors, for poll()
    std::set<int> descriptors;    // all that are open
    std::string printed;
    usize polls = 0;

  private:
    std::map<int, Channel> channels_;
    u8* memory_ = nullptr;  // of all channels, then their buffers
};

Kernel& kernel();  // the latest one

}  // namespace fake
