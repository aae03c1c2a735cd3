// The program at one end of a conversation over TCP.
#pragma once

#include "conversation.h"
#include "program.h"

namespace sim {

class TcpEnd final : public Program {
  public:
    // `socket`: of an accepted connection; null: this end connects.
    TcpEnd(Host& host, Network& network, Report& report, Conversation& c, u32 side, Ref<net::Socket> socket,
           bool calm);
    void run(Instant now) override;
    bool is_over() const override { return me_.over; }
    void die() override;

  private:
    void connect(Instant now);
    void set_up(Ref<net::Socket> socket, Instant now);
    void set_option(int level, int name, const auto& value);
    void apply_script(Instant now);
    void write(Instant now);
    void read(Instant now);
    bool read_once();
    void check_bytes(Bytes got);
    void check_end_of_stream();
    void check_patience(Instant now);
    void fail(const char* call, Errno error);
    void close(const char* why);
    Instant write_due() const;

    Conversation& conversation_;
    const u32 side_;
    End& me_;
    const End& peer_;
    const bool calm_;
    Ref<net::Socket> socket_;
    Instant began_{}, progress_{}, next_read_{}, last_write_{};
    usize next_write_ = 0, next_buffers_ = 0;
    u64 of_this_write_ = 0;
};

}  // namespace sim
