// The program at one end of a conversation over a stream, whatever the protocol.
#pragma once

#include "conversation.h"
#include "program.h"

namespace sim {

class StreamEnd : public Program {
  public:
    void run(Instant now) override;
    bool is_over() const override { return me_.over; }
    void die() override;

  protected:
    StreamEnd(Host& host, Network& network, Report& report, Conversation& c, u32 side, bool calm);

    // What differs between the protocols.
    virtual Ref<net::Socket> open() = 0;
    virtual net::SocketAddr server() const = 0;
    virtual void bind() {}         // before it connects
    virtual void set_options() {}  // of a new socket
    virtual void set_buffers(int bytes) = 0;
    virtual void prepare_abort() {}  // so that close() resets the connection
    // Is it an error that a program gets after its peer has reset the connection?
    virtual bool is_reset(Errno error) const {
        return error == Errno::ConnReset || error == Errno::Pipe || error == Errno::ConnRefused;
    }

    // Begins with this socket.
    void take(Ref<net::Socket> socket, Instant now);
    void set_option(int level, int name, const auto& value) {
        set_option_bytes(level, name, {reinterpret_cast<const u8*>(&value), sizeof value});
    }

    Conversation& conversation_;
    const u32 side_;
    End& me_;
    Ref<net::Socket> socket_;

  private:
    void set_option_bytes(int level, int name, Bytes value);
    void connect(Instant now);
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

    const End& peer_;
    const bool calm_;
    Instant progress_{}, next_read_{};
    usize next_write_ = 0, next_buffers_ = 0;
    u64 of_this_write_ = 0;
};

}  // namespace sim
