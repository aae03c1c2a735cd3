// What a run reports: the first check that failed, what was exercised, and on demand a trace in words.
#pragma once

#include <string>
#include <vector>

#include "lib/time.h"
#include "net/wire/vsock.h"
#include "packets.h"

namespace sim {

// How much a run, or many, have exercised.
struct Totals {
#define SIM_TOTALS(T)                                                     \
    T(frames, "frames sent")                                              \
    T(lost, "frames lost")                                                \
    T(damaged, "frames damaged")                                          \
    T(fragments, "fragments received")                                    \
    T(reassembled, "packets reassembled")                                 \
    T(connections, "TCP connections accepted")                            \
    T(finished, "conversations over TCP that ended in order")             \
    T(bytes, "bytes read by programs")                                    \
    T(retransmits, "TCP segments retransmitted")                          \
    T(timeouts, "retransmission timeouts")                                \
    T(window_probes, "zero window probes")                                \
    T(resets, "TCP connections reset by the peer")                        \
    T(forged, "TCP segments forged")                                      \
    T(challenges, "challenge ACKs")                                       \
    T(wraps, "streams whose numbers pass 2^32")                           \
    T(silent, "connections given up for a silent peer")                   \
    T(too_big, "path MTUs reported by a router")                          \
    T(datagrams, "UDP datagrams received")                                \
    T(echoes, "echo replies received")                                    \
    T(arp_requests, "ARP requests")                                       \
    T(vsock_packets, "vsock packets sent")                                \
    T(vsock_refused, "vsock packets refused: a full queue")               \
    T(vsock_finished, "conversations over vsock that ended in order")     \
    T(vsock_resets, "resets of a vsock transport")                        \
    T(channel_in, "frames received by channels")                          \
    T(channel_out, "frames sent by channels")                             \
    T(channel_dropped, "frames dropped: a channel without a free buffer") \
    T(application_crashes, "crashes of programs with their own stack")    \
    T(crashes, "crashes of a host")                                       \
    T(pauses, "pauses of a host")
#define SIM_TOTAL(name, meaning) u64 name = 0;
    SIM_TOTALS(SIM_TOTAL)
#undef SIM_TOTAL

    void add(const Totals& other) {
#define SIM_TOTAL(name, meaning) name += other.name;
        SIM_TOTALS(SIM_TOTAL)
#undef SIM_TOTAL
    }
};

// The frames and the lines of a run, for a person who looks for the cause of a failure.
struct Trace {
    struct Frame {
        Instant at;
        packets::Packet bytes;
    };
    std::vector<std::string> lines;
    std::vector<Frame> frames;         // as hosts sent them
    std::vector<Frame> vsock_packets;  // the same
};

class Report {
  public:
    explicit Report(Trace* trace) : trace_(trace) {}

    // Only the first failure counts: it may cause the others.
    void fail(const char* format, ...) __attribute__((format(printf, 2, 3)));
    bool failed() const { return !why_.empty(); }
    const std::string& why() const { return why_; }

    bool traces() const { return trace_ != nullptr; }
    void say(const char* format, ...) __attribute__((format(printf, 2, 3)));
    // A frame that a host sent, or that arrived at one.
    void show(const char* what, u32 host, const packets::Packet& frame);
    void keep(const packets::Packet& sent);
    void keep_vsock(const net::VsockHeader& header, const packets::Packet& payload);

    Totals totals;

  private:
    Trace* trace_;
    std::string why_;
};

}  // namespace sim
