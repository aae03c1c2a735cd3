// DhcpClient: gets an IPv4 address for one interface from a DHCP server, and keeps it (RFC 2131). A pure
// state machine: frames go in and out as bytes, time is an argument. It makes no system call, so the host's
// tests run the same code in simulated time.
//
//    Idle --resume--> Rebooting --ACK--> Probing; NAK or no answer: Selecting
//    Idle --start--> Selecting --offer--> Requesting --ACK--> Probing --nobody has it--> Bound
//                        ^                    |                  |                        | T1
//                        |   no answer, NAK   |                  | somebody has it:       v
//                        |<-------------------'                  | DECLINE            Renewing --ACK--> Bound
//                        |<---------------- Waiting <------------'                        | T2
//                        |                     ^                                          v
//                        |                     '--- NAK, or the lease expires ------- Rebinding --ACK-->
//                        Bound
#pragma once

#include "dhcp/frame.h"
#include "dhcp/lease.h"

namespace dhcp {

// What the client needs from its program. None of these may call the client.
class DhcpHost {
  public:
    // Sends a whole Ethernet frame. The bytes are valid during the call. A lost frame is sent again.
    virtual void send(Bytes frame) = 0;
    // Use this lease: address, router and name servers. Called again when a renewal has changed any of these.
    virtual void configure(const DhcpLease& lease) = 0;
    // Stop using the address.
    virtual void deconfigure() = 0;

  protected:
    ~DhcpHost() = default;
};

class DhcpClient {
  public:
    // `mac`: the interface's. `host_name`: sent to the server; empty: none. Its text must stay valid. `seed`:
    // unpredictable; transaction numbers and delays are drawn from it.
    DhcpClient(DhcpHost& host, net::MacAddr mac, const char* host_name, u64 seed)
        : host_(host), mac_(mac), host_name_(host_name), random_(seed) {}
    DhcpClient(const DhcpClient&) = delete;
    DhcpClient& operator=(const DhcpClient&) = delete;

    // Begins to look for a server. An existing lease is given back first.
    void start(Instant now);
    // The program has used this address before, and still does: asks whether it may keep it (INIT-REBOOT, RFC
    // 2131 section 3.2). If no server answers, a new search begins, and the address stays meanwhile.
    void resume(net::Ipv4Addr address, Instant now);
    // Gives the lease back to the server, and stops. For poweroff.
    void stop(Instant now);

    // A received frame, of any kind: invalid ones, other protocols and other stations' are ignored.
    void frame_in(Bytes frame, Instant now);
    // When on_time() is to be called; never(): not until another call. A call that is too early does nothing.
    Instant next_deadline() const { return deadline_; }
    void on_time(Instant now);

    enum class State : u8 {
        Idle,
        Selecting,
        Requesting,
        Rebooting,
        Probing,
        Bound,
        Renewing,
        Rebinding,
        Waiting
    };
    State state() const { return state_; }
    // The lease in use; null: none.
    const DhcpLease* lease() const { return state_is_bound() ? &lease_ : nullptr; }

    // --- the times, for tests and documentation

    // RFC 2131 section 4.1: a message is repeated after 4 s, 8 s and so on up to 64 s, each plus or minus 1
    // s.
    static constexpr Duration kFirstRetry = seconds(4), kLongestRetry = seconds(64), kSpread = seconds(1);
    static constexpr u8 kMostRequests = 4;  // within a minute; then another server is looked for
    // RFC 5227 section 1.1: three probes, 1 to 2 s apart, the first within 1 s; then 2 s without an answer.
    static constexpr u8 kProbes = 3;
    static constexpr Duration kProbeWait = seconds(1), kProbeLeast = seconds(1), kProbeMost = seconds(2),
                              kAnnounceWait = seconds(2);
    // RFC 2131 section 4.4.5: while a lease is renewed, at least a minute between two messages.
    static constexpr Duration kLeastRenewRetry = seconds(60);
    static constexpr Duration kDeclineWait = seconds(10);  // section 3.1 (5)
    static constexpr Duration kNakWait = seconds(1);       // a server that offers and refuses causes no storm

  private:
    bool state_is_bound() const { return state_ >= State::Bound && state_ <= State::Rebinding; }
    void enter(State s, Instant next);
    void begin_transaction(Instant now);

    // --- what is due in each state
    void select(Instant now);
    void request(Instant now);
    void probe(Instant now);
    void bind(Instant now);
    void renew(Instant now);
    void rebind(Instant now);

    // --- what arrives
    void offer_in(const Received& r, Instant now);
    void answer_in(const Received& r, Instant now);
    void ack_in(const Received& r, Instant now);
    void nak_in(Instant now);
    void arp_in(const net::ArpPacket& p, Instant now);
    bool expects(const Reply& r) const;

    void lose_lease();
    void decline(Instant now);
    void send(Query& q, net::Ipv4Addr source, const Destination& to);
    Query query(MessageType type);
    void ask_for_parameters(Query& q);
    void request_again(const Destination& to);

    u64 draw();
    Duration draw_between(Duration least, Duration most);
    Instant next_retry(Instant now);
    Instant next_renewal(Instant now, Instant end);

    DhcpHost& host_;
    const net::MacAddr mac_;
    const char* const host_name_;
    u64 random_;

    State state_ = State::Idle;
    bool in_use_ = false;  // the program uses an address
    Instant deadline_ = Instant::never();
    u8 sent_ = 0;           // messages or probes sent in this state, 255: or more
    u32 xid_ = 0;           // of this transaction
    Instant began_{};       // to look for an address
    Instant asked_at_{};    // when the first request of this transaction was sent: the lease counts from then
    u16 seconds_said_ = 0;  // RFC 2131 section 4.4.1: a request repeats the seconds of the DISCOVER
    DhcpLease lease_;       // offered, or in use
};

}  // namespace dhcp
