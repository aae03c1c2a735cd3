// VsockConnection: an engine's block (engine.h) with a lock, a timer, a receive queue and waiting threads.
//
// Every call takes the lock, runs the engine, and before it releases the lock, it sends what is due, wakes
// waiting threads, and sets the timer. Packets are passed to the device with the lock held, so they are sent
// in order. No call up is made with the lock held.
//
// Data are not copied between the device and the program's memory: a received mbuf is the mbuf in the queue,
// and send() copies the program's bytes into the packet that the device gets. There is no send buffer: the
// peer's credit is the buffer.
#pragma once

#include "lib/list.h"
#include "lib/poll.h"
#include "net/core/stats.h"
#include "net/core/turn.h"
#include "net/vsock/link.h"
#include "net/vsock/receive_queue.h"
#include "net/vsock/table.h"

namespace net {

class VsockListener;
struct VsockWaitsForAccept;  // the tag of a listener's queue

// What netstat shows of a connection.
struct VsockInfo {
    VsockKey key;
    VsockType type;
    VsockState state;
    u32 unread;     // bytes in the receive queue
    u32 in_flight;  // bytes sent that the peer has not read, as far as we know
    u32 credit;     // bytes that may be sent now
    u32 window;     // bytes that the peer may send now
    u32 shut, peer_shut;
};

// - Thread context. Functions that may wait say so; if the process is killed, they return Intr.
// - References: the table holds one, a set timer one, the socket one, a listener's queue one, and the list of
//   connections that wait for room in the device one.
class VsockConnection final : public VsockFlow,
                              public RefCounted,
                              public ListNode<VsockConnection, VsockWaitsForRoom>,
                              public ListNode<VsockConnection, VsockWaitsForAccept> {
  public:
    // promised: the bytes that Vsock has promised for this connection.
    VsockConnection(Vsock& vsock, VsockLink& link, const VsockKey& key, VsockType type,
                    const VsockConfig& config, u32 promised);
    ~VsockConnection();

    // --- called by Vsock and VsockLink. The connection must be in the table.
    void open_active(Instant now) EXCLUDES(lock_);
    // Takes a REQUEST for l; resets the connection if l has no room.
    void open_passive(VsockListener& l, const VsockPacket& request, Instant now) EXCLUDES(lock_);
    // `m` is the packet, starting with its header.
    void arrive(const VsockPacket& packet, MbufPtr m, Instant now) EXCLUDES(lock_);
    // False: the device is full again.
    bool room_again() EXCLUDES(lock_);
    // Ends the connection; nothing is sent.
    void fail(Errno why) EXCLUDES(lock_);

    // Waits until the connection is established or has failed. Errors: InProgress (the policy does not allow
    // waiting), ConnReset, TimedOut and others.
    Result<> wait_connected(const WaitPolicy& policy) EXCLUDES(lock_);

    // True if it ended before it was established and the program has taken the error: connect() may try
    // again.
    bool has_failed() EXCLUDES(lock_);
    // What connect() on a socket with this connection returns: Already, IsConn, or the pending error.
    Errno connect_state() EXCLUDES(lock_);

    // --- data
    // Sends n bytes as the peer's credit allows; may wait for credit, room in the device and mbufs. Returns
    // fewer than n after a timeout or if the connection ends. SeqPacket: the n bytes are one message.
    // MsgSize: it is longer than the peer's buffer. If the wait ends in the middle of a message, the
    // connection is reset, because a part of a message cannot be taken back; with !policy.wait, nothing is
    // sent then. Errors: Pipe (one end has shut down this direction), NotConn, Fault, Again, the pending
    // error.
    Result<usize> send(UserAddr from, usize n, bool end_of_record, const WaitPolicy& policy) EXCLUDES(lock_);

    // Reads at most n bytes; may wait for the first byte or message, with `all` for n bytes of a stream.
    // 0 bytes: the peer has shut down. peek: the data stay in the queue.
    struct ReceiveMode {
        bool peek = false, all = false;
    };
    struct Received {
        usize bytes = 0;   // copied
        usize length = 0;  // of the message; its bytes beyond n are dropped
        bool end_of_record = false;
    };
    Result<Received> receive(UserAddr to, usize n, ReceiveMode mode, const WaitPolicy& policy)
        EXCLUDES(lock_);

    // --- ending
    // Halves: VsockHeader::kNoReceive, kNoSend. NotConn: it is not established.
    Result<> shut(u32 halves) EXCLUDES(lock_);
    // The program closes the socket. What it has sent still arrives.
    void close(Instant now) EXCLUDES(lock_);

    // --- state
    u32 poll(PollEntry* watch) EXCLUDES(lock_);
    void unwatch(PollEntry& watch) EXCLUDES(lock_);
    VsockState state() EXCLUDES(lock_);
    Errno take_error() EXCLUDES(lock_);
    usize readable_bytes() EXCLUDES(lock_);
    VsockInfo info() EXCLUDES(lock_);
    void set_buffer(u32 bytes) EXCLUDES(lock_);
    VsockLink& link() const { return link_; }
    ListNode<VsockConnection, VsockWaitsForRoom>& waits_for_room() { return *this; }

  private:
    void last_ref_gone() override;
    // Calls f(VsockBlock&) with the lock held, then settle_locked().
    template <class F>
    void work(F f) EXCLUDES(lock_);
    void settle_locked() REQUIRES(lock_);
    void end_locked() REQUIRES(lock_);
    void wake_locked() REQUIRES(lock_);
    void arm_locked() REQUIRES(lock_);
    static void on_timer(void* self);
    void expire() EXCLUDES(lock_);
    void take_data_locked(const VsockHeader& h, MbufPtr m) REQUIRES(lock_);

    Result<> output_locked() REQUIRES(lock_);
    Result<> transmit_locked(MbufPtr& packet, const VsockHeader& h) REQUIRES(lock_);

    Result<u32> sendable_locked(usize wanted, bool whole) REQUIRES(lock_);
    Result<u32> wait_for_credit(usize wanted, const WaitPolicy& policy, Instant& deadline) EXCLUDES(lock_);
    Result<u32> pass_locked(MbufPtr& packet, const VsockOffer& offer) REQUIRES(lock_);
    Result<u32> send_packet(MbufPtr packet, const VsockOffer& offer, const WaitPolicy& policy,
                            Instant& deadline) EXCLUDES(lock_);
    Result<u32> send_some(UserAddr from, usize n, u32 flags, const WaitPolicy& policy, Instant& deadline)
        EXCLUDES(lock_);
    Result<usize> send_all(UserAddr from, usize n, u32 flags, WaitPolicy policy, Instant& deadline)
        EXCLUDES(lock_);

    Result<> wait_for_piece(VsockReceiveQueue::Piece& piece, MbufQueue& out, u32 n, const WaitPolicy& policy,
                            Instant& deadline) EXCLUDES(lock_);
    void finish_reading(MbufQueue& rest, u32 used, u32 payload, u32 freed) EXCLUDES(lock_);
    Result<Received> receive_piece(UserAddr to, u32 n, bool peek, const WaitPolicy& policy, Instant& deadline)
        EXCLUDES(lock_);
    void grow_buffer_locked(u32 read) REQUIRES(lock_);

    bool is_message() const { return type_ == VsockType::SeqPacket; }
    bool is_opening_locked() REQUIRES(lock_);
    bool at_end_locked() REQUIRES(lock_);
    u32 ready_bits_locked() REQUIRES(lock_);
    Errno take_error_locked() REQUIRES(lock_);

    Vsock& vsock_;
    VsockLink& link_;
    const VsockType type_;
    const VsockConfig config_;
    platform::Lock lock_{LockRank::Connection, "vsock connection"};
    VsockBlock block_ GUARDED_BY(lock_);
    VsockReceiveQueue queue_ GUARDED_BY(lock_);
    MbufAccount queued_ GUARDED_BY(lock_);
    platform::Timer timer_{on_timer, this};
    Instant armed_ GUARDED_BY(lock_) = Instant::never();     // the time for which the timer is set
    Instant retry_at_ GUARDED_BY(lock_) = Instant::never();  // out of mbufs for a control packet
    Turn reading_ GUARDED_BY(lock_){"vsock read"};
    Turn writing_ GUARDED_BY(lock_){"vsock write"};
    bool was_established_ GUARDED_BY(lock_) = false;
    bool closed_ GUARDED_BY(lock_) = false;  // by the program
    u32 buffer_limit_ GUARDED_BY(lock_);     // SO_VM_SOCKETS_BUFFER_SIZE
    u32 promised_ GUARDED_BY(lock_);         // bytes of Vsock's promises
    u32 read_since_ GUARDED_BY(lock_) = 0;   // bytes read since grow_since_
    Instant grow_since_ GUARDED_BY(lock_){};
    u32 poll_credit_ GUARDED_BY(lock_) = 1;  // POLLOUT needs this much credit
    bool full_ GUARDED_BY(lock_) = false;    // the device has no room: room_again() will be called
    PollList pollers_ GUARDED_BY(lock_);
};

template <class F>
void VsockConnection::work(F f) {
    platform::Guard guard(lock_);
    f(block_);
    settle_locked();
}

}  // namespace net
