// Writes packets to a file in the format of tcpdump and Wireshark (pcap), through a channel with a filter.
#pragma once

#include "abi/bpf.h"

namespace pcap {

struct Capture {
    const char* file;
    const bpf_insn* program;  // which packets
    unsigned instructions;    // 0: all
    const char* words;        // the filter's text, for netstat -c
    long count;               // ends after so many packets; 0: never
};

// Records packets that interface 0 receives and sends, each as far as it fits into a buffer of the channel.
// Prints what goes wrong, and how many packets were written. Returns the program's exit status.
int capture(const Capture& c);

}  // namespace pcap
