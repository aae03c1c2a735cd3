// The received data of one connection that its program has not read, in the mbufs in which they arrived.
//
// A stream is bytes. A SeqPacket connection has messages: before the bytes of each is a record.
//
//   | length, flags | bytes of the message ... | length, flags | bytes ... |      over any number of mbufs
//
// Small packets are copied together, so that a peer that sends single bytes does not exhaust the mbufs.
#pragma once

#include "lib/endian.h"
#include "net/core/receive_buffer.h"
#include "net/wire/vsock.h"

namespace net {

// Not synchronised.
class VsockReceiveQueue {
  public:
    explicit VsockReceiveQueue(VsockType type) : messages_(type == VsockType::SeqPacket) {}

    // Adds the payload of a packet: a chain with the packet's header before its data, as headroom. `flags`
    // are those of the header. Takes mbufs from the account. False: the budget refuses; some bytes may be
    // missing.
    bool push(MbufPtr payload, u32 flags, MbufAccount& account, MbufAccount::Claim claim);

    // What can be read at once: some bytes of a stream, or a whole message.
    struct Piece {
        u32 bytes = 0;
        u32 before = 0;  // bytes of the record before it
        u32 flags = 0;   // kEndOfRecord
    };
    bool has_piece() const { return messages_ ? complete_ > 0 : buffer_.bytes() > 0; }
    bool empty() const { return buffer_.bytes() == 0; }
    // The length of the next message, or of all bytes of a stream. 0: none, or a thread reads it just now.
    u32 next_bytes() const;

    // Moves the mbufs of the next piece, of a stream at most n bytes, to `out`; the last may contain more.
    // They stay charged until give_back.
    Piece take(MbufQueue& out, u32 n);
    // Of what was taken, `used` bytes are gone, including the record; puts the rest back at the front.
    void give_back(MbufQueue& rest, u32 used);
    void clear(MbufAccount& account);

  private:
    struct Record {
        le32 length, flags;
    };
    bool push_one(MbufPtr m, MbufAccount& account, MbufAccount::Claim claim);
    static Record* record_at(u8* where) { return reinterpret_cast<Record*>(where); }

    const bool messages_;
    ReceiveBuffer buffer_;
    u32 complete_ = 0;        // messages whose end has arrived
    bool taken_ = false;      // take() was called, give_back() not yet
    Record* open_ = nullptr;  // of the last message, until its end arrives
};

}  // namespace net
