// The names that the language knows.
#pragma once

#include <optional>
#include "lib/text_view.h"

#include "lib/types.h"
#include "net/wire/ether.h"

namespace net::language {

enum class Protocol : u8 {
    Any,
    Ether,
    Ip,
    Ip6,
    Arp,
    Rarp,
    Tcp,
    Udp,
    Sctp,
    Icmp,
    Icmp6,
    Igmp,
    Ah,
    Esp,
    Pim,
    Vrrp
};
enum class Direction : u8 { Either, Source, Destination, Both };  // Both: src and dst
enum class Type : u8 { Default, Host, Net, Port, PortRange, Proto };

// What stands before an address or a number: "tcp dst port". It is inherited: "port 80 or 443".
struct Qualifier {
    Protocol protocol = Protocol::Any;
    Direction direction = Direction::Either;
    Type type = Type::Default;
};

std::optional<Protocol> find_protocol(TextView word);
std::optional<Direction> find_direction(TextView word);  // src, dst
std::optional<Type> find_type(TextView word);

// "tcp-syn" is 2.
std::optional<u32> find_constant(TextView word);
// "http" is 80.
std::optional<u32> find_port(TextView word);

// The Ethernet type of a protocol that is directly in a frame.
std::optional<EtherType> ether_type_of(Protocol protocol);

// A protocol that is in IPv4, IPv6 or both.
struct InIp {
    u8 number;
    bool v4, v6;
};
std::optional<InIp> in_ip(Protocol protocol);

}  // namespace net::language
