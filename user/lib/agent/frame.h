// Frames of the agent's protocol over a stream socket, for both ends. The descriptor may be blocking or not.
#pragma once

#include "agent/protocol.h"

namespace agent {

// Receives one frame at a time, and reads nothing beyond it: what follows waits in the socket.
class FrameReader {
  public:
    enum class Got {
        Frame,     // kind() and payload() are valid until next()
        More,      // the descriptor has no more for now (non-blocking, or its receive timeout has expired)
        Lost,      // the stream has ended, or failed
        Nonsense,  // not a frame
    };
    // Continues with the current frame.
    Got read(int fd);
    // Forgets the frame: the next read() starts another one.
    void next() { have_ = 0; }

    Kind kind() const { return reinterpret_cast<const FrameHeader*>(bytes_)->kind; }
    Bytes payload() const { return {bytes_ + sizeof(FrameHeader), have_ - sizeof(FrameHeader)}; }
    // The payload as this struct; null if it has another size.
    template <class T>
    const T* as() const {
        return payload().size() == sizeof(T) ? header_of<T>(payload()) : nullptr;
    }

  private:
    usize want() const;  // bytes of the frame, as far as they are known

    usize have_ = 0;
    u8 bytes_[sizeof(FrameHeader) + kMaxPayload];
};

// Sends one frame at a time.
class FrameWriter {
  public:
    // Everything has been sent: room() may be filled, and put() called.
    bool is_idle() const { return at_ == end_; }
    MutBytes room() { return {bytes_ + sizeof(FrameHeader), kMaxPayload}; }
    // The payload is the first `length` bytes of room(), or a copy of `payload`. Sends nothing yet.
    void put(Kind kind, usize length);
    void put(Kind kind, Bytes payload);
    template <class T>
    void put_struct(Kind kind, const T& payload) {
        put(kind, Bytes(reinterpret_cast<const u8*>(&payload), sizeof payload));
    }
    // Sends what the descriptor takes: on a blocking one all. False: the connection is lost.
    bool flush(int fd);

  private:
    usize at_ = 0, end_ = 0;  // of what is still to be sent
    u8 bytes_[sizeof(FrameHeader) + kMaxPayload];
};

// A connection's socket and both directions. Large: keep it in static memory or on the heap.
struct Channel {
    int fd;
    FrameReader in;
    FrameWriter out;
};

}  // namespace agent
