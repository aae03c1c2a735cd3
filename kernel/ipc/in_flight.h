// The descriptors that are in flight (rights.h): how many there are, and which of them are garbage.
//
// A socket in flight is reachable if a process has a descriptor for it, or if it is in the queue of a socket
// that is reachable. A socket sent to itself, or two sockets in each other's queue, may become unreachable
// when the last process closes them, although references to their files remain. The idea of the collector, as
// in Linux and in 4.4BSD: a socket can be garbage only if its file has no other references than those in
// flight. Of these sockets, those are reachable whose references are not all in the queues of each other, and
// what is in their queues.
//
// The collector runs when a reference to the file of a socket in flight was dropped (fs::File::watch): only
// then can something become garbage. It costs time in proportion to the sockets in flight; nobody else pays.
#pragma once

#include "ipc/rights.h"
#include "net/platform.h"

namespace ipc {

// The part of an AF_UNIX socket that the collector uses. Guarded by the collector's lock.
struct Traveller : ListNode<Traveller> {
    fs::File* file = nullptr;  // while it is in flight
    u32 in_flight = 0;         // descriptors in flight for it
    // During a collection.
    u32 from_elsewhere = 0;  // of in_flight, those that are not in the queue of a suspect
    enum class Mark : u8 { Reachable, Suspect } mark = Mark::Reachable;
};

// - Thread context, no lock held.
inline constexpr u32 kMostInFlight = 2048;
inline constexpr u32 kMostInFlightOfOne = 256;  // in the queue of one socket

// The caller sends the rights to a queue that already holds `held`. TooManyRefs: there are too many in flight
// (unix(7)). A process may have as many in flight as are left for all others: at most half, which is NOFILE.
// So it cannot take all, however many sockets it has.
Result<> depart(Rights& rights, u32 held);
// They were taken out of the queue again.
void arrive(Rights& rights);

// Finds the sockets in flight that no process can reach, and releases what is in their queues.
void collect_garbage();

u32 descriptors_in_flight();

}  // namespace ipc
