// What programs and netd send each other: one message is a request, one its answer, in this machine's byte
// order. The socket /run/netd keeps the messages apart (SOCK_SEQPACKET). A channel's descriptor goes with a
// message (SCM_RIGHTS): the program's with the request, netd's new one with a NewChannel before the answer.
#pragma once

#include "abi/bpf.h"
#include "lib/types.h"
#include "netd.h"

namespace netd {

inline constexpr char kPath[] = "/run/netd";
inline constexpr u32 kVersion = 1;
inline constexpr u32 kMostInstructions = BPF_MAXINSNS;

enum class Op : u32 { IpInfo = 1, GetPort, BindPort, ClosePort, ArpFilter, Tap, ReleaseLease, OpenChannel };

struct Request {
    u32 version = kVersion;
    Op op{};
    i32 interface = 0;
    u32 slots = 256, buffers = 512;  // of a new channel
    u16 type = 0, port = 0;
    u32 what = 0;   // Tap: NETCTL_*
    u32 count = 0;  // Tap: of the instructions, which follow
    char words[60] = {};
};

struct Answer {
    i32 error = NETD_OK;
    u16 port = 0;
    u16 pad = 0;
    netd_ip_info info{};
};

// When the answer comes, netd has closed its own descriptor. So a program that closes the channel is the last
// to do so, and the channel's ports are free.
struct NewChannel {
    u32 pad = 0;
};
static_assert(sizeof(NewChannel) != sizeof(Answer), "their lengths tell them apart");

// A request with room for the longest program.
struct LongRequest {
    Request head;
    bpf_insn program[kMostInstructions];
};

}  // namespace netd
