// Usage: what is in use in the whole system, to compare before and after a test.
#pragma once

namespace suite {

// The resources in use that a program could leak.
struct Usage {
    unsigned long bytes, mbufs, processes, files, sockets;
    bool operator==(const Usage&) const = default;
};
Usage usage();
bool nothing_lost(const Usage& before);  // within a short time: processes free their resources when they end

// Kills processes of this program whose parents were killed: they are init's children now, and would
// continue.
void kill_stragglers();

}  // namespace suite
