// The UNIX socket at which programs ask for ports of the guest, and the programs that have not yet said
// which.
#pragma once

#include <algorithm>
#include <list>

#include "tools/vsockd/counters.h"
#include "tools/vsockd/loop.h"
#include "tools/vsockd/muxer.h"
#include "tools/vsockd/unix_socket.h"

namespace vsockd {

class Listener final : public Handler {
  public:
    Listener(Loop& loop, Muxer& muxer, Counters& counters, const std::string& path);
    ~Listener() override;

    // Ends the handshakes that are late or done. Call it after each wait.
    void tidy(Instant now);
    Instant next_deadline() const {
        return waiting_.empty() ? accept_at_ : std::min(accept_at_, waiting_.front().deadline);
    }

    void ready(u32 events, Instant now) override;

  private:
    // A program that has connected. It is in the list in the order of its deadline.
    struct Handshake final : Handler {
        Handshake(Listener& l, Fd client, Instant until)
            : listener(l), fd(std::move(client)), deadline(until) {}
        ~Handshake() override { leave(); }
        void ready(u32 events, Instant now) override;
        void leave() {
            if (fd) listener.loop_.remove(fd.get());
        }
        Listener& listener;
        Fd fd;
        Instant deadline;
    };
    // Whether the handshake is over, with whatever result.
    bool take_line(Handshake& h, Instant now);

    Loop& loop_;
    Muxer& muxer_;
    Counters& counters_;
    ListeningSocket socket_;
    std::list<Handshake> waiting_;
    Instant accept_at_ =
        Instant::never();  // when to try again, after accept() failed for want of descriptors
    bool done_ = false;    // a Handshake is over
};

}  // namespace vsockd
