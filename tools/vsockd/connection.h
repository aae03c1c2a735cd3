// One connection: a program's UNIX socket on one side, the guest's packets on the other. The engine
// (net/vsock/engine.h) decides what is sent and when it ends.
#pragma once

#include "lib/list.h"
#include "net/vsock/engine.h"
#include "tools/vsockd/client.h"
#include "tools/vsockd/counters.h"
#include "tools/vsockd/loop.h"
#include "tools/vsockd/virtqueue.h"

namespace vsockd {

class Connection;

// Hears of each change: then there may be packets to send, or the connection may have ended.
class ConnectionOwner {
  public:
    virtual void changed(Connection& c, Instant now) = 0;

  protected:
    ~ConnectionOwner() = default;
};

class Connection final : public Handler, public ListNode<Connection> {
  public:
    // A program's connection, or, with `by_guest`, the guest's to a program. The block is opened by the
    // owner.
    Connection(ConnectionOwner& owner, Loop& loop, Counters& counters, Fd client, bool by_guest);
    ~Connection() override { loop_.remove(client_.fd()); }

    net::VsockBlock& block() { return block_; }
    bool by_guest() const { return by_guest_; }

    // Takes a packet of the guest, whose payload is in these pieces.
    void arrive(const net::VsockPacket& packet, std::span<const iovec> payload, Instant now);
    // Puts the next packet that is due into the buffer, which has room for more than a header. Returns its
    // length; 0: none is due.
    u32 emit(Chain& buffer, Instant now);
    // The guest knows nothing of this connection any more. What it sent is still written to the program.
    void detach();
    // Detached, and nothing more to write.
    bool drained() const { return !client_.kept() || client_.output_failed(); }
    // Why it ended, in a word.
    const char* ending() const;
    // A program's connection that the guest did not accept.
    bool is_refused() const { return !by_guest_ && !greeted_; }
    void ready(u32 events, Instant now) override;

    // For owners
    bool announced = false;            // it was logged as open
    Instant armed = Instant::never();  // when the owner's timer runs out
    u64 bytes_in = 0, bytes_out = 0;   // data from and to the guest

  private:
    void greet();
    void carry(Instant now);
    bool read_into(Chain& buffer, net::VsockHeader& h, Instant now);

    ConnectionOwner& owner_;
    Loop& loop_;
    Counters& counters_;
    Client client_;
    u32 watched_ = client_.wanted_events();
    const bool by_guest_;
    bool greeted_ = false;
    net::VsockBlock block_;
};

}  // namespace vsockd
