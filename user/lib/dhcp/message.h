// DHCP messages (RFC 2131, in the frame of BOOTP, RFC 951) and their options (RFC 2132).
#pragma once

#include <array>
#include <optional>

#include "dhcp/lease.h"
#include "lib/endian.h"

namespace dhcp {

inline constexpr u16 kServerPort = 67, kClientPort = 68;

enum class MessageType : u8 { Discover = 1, Offer, Request, Decline, Ack, Nak, Release, Inform };

enum class OptionCode : u8 {
    Pad = 0,
    Mask = 1,
    Router = 3,
    NameServer = 6,
    HostName = 12,
    Mtu = 26,
    RequestedAddress = 50,
    LeaseTime = 51,
    Overload = 52,
    Type = 53,
    Server = 54,
    ParameterRequest = 55,
    MaxSize = 57,
    T1 = 58,
    T2 = 59,
    ClientId = 61,
    End = 255,
};

struct Header {
    u8 operation;  // 1: to a server, 2: from a server
    u8 hardware_type, hardware_length, hops;
    be32 xid;
    be16 seconds;
    be16 flags;
    net::Ipv4Addr client, yours, next_server, relay;
    u8 hardware[16];
    u8 server_name[64];
    u8 boot_file[128];
    be32 cookie;

    static constexpr u8 kToServer = 1, kFromServer = 2, kEthernet = 1;
    static constexpr u32 kCookie = 0x63825363;
};
static_assert(sizeof(Header) == 240 && alignof(Header) == 1);

// A server's message: valid and complete for its type.
struct Reply {
    MessageType type{};  // Offer, Ack or Nak
    u32 xid = 0;
    net::MacAddr client;
    net::Ipv4Addr yours;   // Offer, Ack: an address that a host may have
    net::Ipv4Addr server;  // never 0.0.0.0
    std::optional<u8> prefix_length;
    net::Ipv4Addr router;
    net::Ipv4Addr name_servers[kMostNameServers];
    u8 name_server_count = 0;
    u16 mtu = 0;
    std::optional<u32> lease_seconds, t1_seconds, t2_seconds;  // Offer, Ack: the first always has a value

    // The payload of a UDP datagram. Nothing: not a DHCP message for Ethernet from a server; an option that
    // ends behind its field, has a wrong length or an impossible value; a list without its end; an option
    // missing that the type needs. Options may continue in the fields for file and server name (option 52).
    // Of routers the first is taken, of name servers the first three.
    static std::optional<Reply> parse(Bytes payload);

    // The lease that it grants, from the time at which it was asked for.
    DhcpLease lease(Instant from, net::MacAddr next_hop) const;
};

// A message of ours, built from front to back.
class Query {
  public:
    Query(MessageType type, u32 xid, u16 seconds, net::MacAddr mac);
    Query& client(net::Ipv4Addr address);  // our address, if we may use it
    Query& option(OptionCode code, Bytes value);
    Query& option(OptionCode code, net::Ipv4Addr value);
    // Adds the end. The bytes are valid as long as the object.
    Bytes finish();

  private:
    static constexpr usize kLeast = 300;  // BOOTP's fixed size: some servers and relays refuse shorter ones
    Header& header() { return *reinterpret_cast<Header*>(bytes_.data()); }
    std::array<u8, 512> bytes_{};
    usize size_ = sizeof(Header);
};

}  // namespace dhcp
