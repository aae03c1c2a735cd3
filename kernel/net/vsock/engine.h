// The engine of virtio-vsock connections: the state of one connection, and functions that take the time as an
// argument. It owns no data, no buffer and no lock, so that the guest's stack and the host's daemon can both
// use it. It includes only lib/ and wire/.
//
//   open_active --> Connecting --RESPONSE--> Established --close--> Closing --RST--> Closed
//   REQUEST ------> Accepting ---accept--------^   |                                   ^
//                                                  +--- RST, or peer shut down both ---+
//
// Data go past the engine. To receive: call vsock_arrive for each packet; if it returns Data, put the payload
// in the receive buffer, and call vsock_read when the program has taken bytes out. To send: while the device
// has room, ask vsock_next which packet is due, and call vsock_sent when the device has accepted it.
#pragma once

#include "lib/errno.h"
#include "lib/time.h"
#include "net/vsock/credit.h"
#include "net/wire/vsock.h"

namespace net {

// Identifies a connection.
struct VsockKey {
    u32 local_cid = 0, remote_cid = 0, local_port = 0, remote_port = 0;
    bool operator==(const VsockKey&) const = default;
};

struct VsockConfig {
    u32 buffer = 64 << 10;               // the size of the receive buffer in bytes
    u32 max_payload = kVsockMaxPayload;  // bytes of data in a packet that we send
    Duration connect_timeout = seconds(2);
    Duration close_timeout = seconds(8);  // for the peer's RST, after we have shut down both halves
    // When nothing was received for this time, the peer is asked for its credit: a probe. After three probes,
    // each without an answer for a second, the connection ends with TimedOut. 0: never.
    Duration probe_interval{};
};

enum class VsockState : u8 {
    Closed,
    Connecting,   // waits for RESPONSE
    Accepting,    // has received a REQUEST: call vsock_accept or vsock_abort
    Established,  // one half or both may be shut down
    Closing,      // the owner has closed; waits for RST
};

// Bits of VsockBlock::events: what the owner must be notified of.
enum : u8 {
    kVsockConnected = 1,
    kVsockReadable = 2,  // data, or the end of the data
    kVsockWritable = 4,  // credit, or the peer receives no more
    kVsockEnded = 8,     // the state is Closed
};

// A connection. Zero-initialized: Closed, nothing to send.
struct VsockBlock {
    VsockKey key;
    VsockConfig config;
    VsockType type = VsockType::Stream;
    VsockState state = VsockState::Closed;
    Errno error = Errno::None;  // why it ended; None after a clean end
    u8 events = 0;

    VsockSendCredit send;
    VsockReceiveCredit receive;

    // Halves that are shut down: VsockHeader::kNoReceive, kNoSend. Permanent.
    u32 shut = 0;       // by us
    u32 told_shut = 0;  // by us, and the peer has been told
    u32 peer_shut = 0;  // by the peer

    // Packets to send. One bit each, so no flood of packets makes more.
    bool due_request = false, due_response = false, due_reset = false;
    bool due_update = false, due_credit_request = false;
    bool asked = false;       // the peer was asked for credit, and has given none since
    bool peer_asked = false;  // the peer has asked us, and waits until there is more room
    bool in_message = false;  // data without EOM were received last (SeqPacket)

    Instant deadline = Instant::never();  // of Connecting, Accepting and Closing
    Instant heard_at{};                   // the last packet from the peer
    Instant probed_at{};                  // the last probe
    u8 probes = 0;                        // unanswered

    bool may_send() const {
        return state == VsockState::Established && !(shut & VsockHeader::kNoSend) &&
               !(peer_shut & VsockHeader::kNoReceive);
    }
    // False: no more data will arrive, or they will be discarded.
    bool may_receive() const {
        return state == VsockState::Established && !(shut & VsockHeader::kNoReceive) &&
               !(peer_shut & VsockHeader::kNoSend);
    }
    // Closed, and no RST to send any more: the owner may forget it.
    bool is_finished() const { return state == VsockState::Closed && !due_reset; }
};

// --- opening

// Starts to connect: a REQUEST is due. The block must be new.
void vsock_open_active(VsockBlock& v, const VsockKey& key, VsockType type, const VsockConfig& config,
                       Instant now);
// Takes a received REQUEST. The state is then Accepting, or Closed with a RST due if the packet is wrong.
// After connect_timeout without a decision, the connection is reset.
void vsock_open_passive(VsockBlock& v, const VsockPacket& request, const VsockConfig& config, Instant now);
// Accepts: a RESPONSE is due. Only in Accepting.
void vsock_accept(VsockBlock& v, Instant now);

// --- receiving

// What became of a packet. All from WrongOp on reset the connection.
enum class VsockVerdict : u8 {
    Done,         // nothing more to do with it
    Data,         // the payload belongs in the receive buffer; with kEndOfMessage, it ends a message
    Discarded,    // data that the program does not want any more
    Empty,        // data of 0 bytes without meaning
    WrongOp,      // unknown, or not allowed in this state
    WrongType,    // not the type of this connection
    Overrun,      // more data than we have given credit for
    FalseCredit,  // claims to have read more than we have sent
};
const char* text_of(VsockVerdict v);

// Takes a packet of this connection, in any state except Closed.
VsockVerdict vsock_arrive(VsockBlock& v, const VsockPacket& packet, Instant now);

// n bytes of data have left the receive buffer: the program has taken them. Ignored after vsock_close, which
// empties the buffer.
void vsock_read(VsockBlock& v, u32 n);
// Changes the size of the receive buffer and tells the peer.
void vsock_set_buffer(VsockBlock& v, u32 bytes);

// --- sending

// Data that wait to be sent.
struct VsockOffer {
    u32 bytes = 0;          // a SeqPacket connection: the rest of the current message
    bool is_more = false;   // there are further messages after it
    u32 message_flags = 0;  // SeqPacket: kEndOfMessage and kEndOfRecord, to be set at the end of the message
};

// The header of the next packet that is due, or nothing. Its `length` says how many of the offered bytes are
// to be sent with it. Does not change v, so the packet may be refused by a full device.
std::optional<VsockHeader> vsock_next(const VsockBlock& v, const VsockOffer& offer);
// The device has accepted the packet with this header.
void vsock_sent(VsockBlock& v, const VsockHeader& header);
// A program waits until it may send `bytes`: a CREDIT_REQUEST is due, once until the peer gives more credit.
void vsock_want_credit(VsockBlock& v, u32 bytes);

// --- ending

// Shuts down halves of an established connection: kNoReceive, kNoSend. What is offered is still sent.
void vsock_shutdown(VsockBlock& v, u32 halves);
// The owner closes: shuts down both halves and waits for the peer's RST. What is offered is still sent, but
// not longer than close_timeout.
void vsock_close(VsockBlock& v, Instant now);
// Ends the connection; a RST is due if the peer knows of it.
void vsock_abort(VsockBlock& v, Errno why);
// Ends the connection; nothing is sent.
void vsock_fail(VsockBlock& v, Errno why);

// --- time

// Call this at vsock_next_deadline or later.
void vsock_timers(VsockBlock& v, Instant now);
Instant vsock_next_deadline(const VsockBlock& v);

// --- without a connection

// The key of a received packet, from our side.
VsockKey vsock_key_of(const VsockHeader& received);
// The RST that answers a packet without a connection. Nothing for a RST: that would never end.
std::optional<VsockHeader> vsock_refuse(const VsockHeader& received);

const char* name_of(VsockState s);
const char* name_of(VsockOp op);

}  // namespace net
