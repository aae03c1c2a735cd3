#include "dhcp/message.h"

#include "lib/string.h"

namespace dhcp {
namespace {

using net::Ipv4Addr;
using net::Ipv4Prefix;

// --- options

// What is found in the options, beside the fields of Reply.
struct Found {
    Reply& reply;
    u8 overload = 0;
    u8 type = 0;
};

template <class T>
bool take_number(Bytes value, std::optional<T>& to) {
    const auto* number = header_of<Ordered<T, std::endian::big>>(value);
    if (value.size() != sizeof(T)) return false;
    to = *number;
    return true;
}

bool take_byte(Bytes value, u8& to) {
    if (value.size() == 1) to = value[0];
    return value.size() == 1;
}

bool take_mask(Bytes value, std::optional<u8>& length) {
    std::optional<u32> mask;
    if (!take_number(value, mask)) return false;
    length = static_cast<u8>(std::countl_one(*mask));
    return std::popcount(*mask) == *length;
}

bool take_mtu(Bytes value, u16& mtu) {
    constexpr u16 kLeastMtu = 68;  // RFC 791
    std::optional<u16> number;
    if (!take_number(value, number) || *number < kLeastMtu) return false;
    mtu = *number;
    return true;
}

bool take_server(Bytes value, Ipv4Addr& server) {
    if (value.size() == sizeof server) server = *header_of<Ipv4Addr>(value);
    return value.size() == sizeof server && !server.is_any();
}

// A list of addresses, of which the first `room` are wanted. An option may be given in several parts (RFC
// 3396), each of which is whole addresses here.
bool take_addresses(Bytes value, std::span<Ipv4Addr> room, u8& count) {
    if (value.empty() || value.size() % sizeof(Ipv4Addr) != 0) return false;
    for (; !value.empty(); value = value.subspan(sizeof(Ipv4Addr))) {
        if (count < room.size()) room[count++] = *header_of<Ipv4Addr>(value);
    }
    return true;
}

bool take_router(Bytes value, Ipv4Addr& router) {
    u8 count = !router.is_any();
    return take_addresses(value, {&router, 1}, count);
}

bool take_option(OptionCode code, Bytes value, Found& found) {
    Reply& r = found.reply;
    switch (code) {
        case OptionCode::Mask: return take_mask(value, r.prefix_length);
        case OptionCode::Router: return take_router(value, r.router);
        case OptionCode::NameServer: return take_addresses(value, r.name_servers, r.name_server_count);
        case OptionCode::Mtu: return take_mtu(value, r.mtu);
        case OptionCode::LeaseTime: return take_number(value, r.lease_seconds);
        case OptionCode::T1: return take_number(value, r.t1_seconds);
        case OptionCode::T2: return take_number(value, r.t2_seconds);
        case OptionCode::Server: return take_server(value, r.server);
        case OptionCode::Type: return take_byte(value, found.type);
        case OptionCode::Overload: return take_byte(value, found.overload);
        default: return true;
    }
}

// False: malformed, or without an end.
bool take_options(Bytes field, Found& found) {
    while (!field.empty()) {
        const auto code = OptionCode{field[0]};
        if (code == OptionCode::End) return true;
        const usize head = code == OptionCode::Pad ? 1 : 2;
        if (field.size() < head) return false;
        const usize length = code == OptionCode::Pad ? 0 : field[1];
        if (field.size() < head + length) return false;
        if (code != OptionCode::Pad && !take_option(code, field.subspan(head, length), found)) return false;
        field = field.subspan(head + length);
    }
    return false;
}

// Option 52: 1: the file field has options too, 2: the server name, 3: both. A field cannot add a field.
bool take_all_options(const Header& h, Bytes options, Found& found) {
    constexpr u8 kFile = 1, kName = 2;
    if (!take_options(options, found)) return false;
    const u8 overload = found.overload;
    if (overload > (kFile | kName)) return false;
    if (overload & kFile && !take_options(h.boot_file, found)) return false;
    if (overload & kName && !take_options(h.server_name, found)) return false;
    return found.overload == overload;
}

// --- values

// RFC 791 section 3.2: what an address without a mask meant.
u8 length_of_class(Ipv4Addr a) { return a.octet(0) < 128 ? 8 : a.octet(0) < 192 ? 16 : 24; }

Ipv4Prefix prefix_of(const Reply& r) {
    return {r.yours, r.prefix_length ? *r.prefix_length : length_of_class(r.yours)};
}

bool is_complete(const Reply& r) {
    if (r.server.is_any()) return false;
    if (r.type == MessageType::Nak) return true;
    if (r.type != MessageType::Offer && r.type != MessageType::Ack) return false;
    const Ipv4Prefix p = prefix_of(r);
    return r.lease_seconds && *r.lease_seconds > 0 && p.length > 0 && p.is_host();
}

}  // namespace

std::optional<Reply> Reply::parse(Bytes payload) {
    const auto* h = header_of<Header>(payload);
    if (!h || h->operation != Header::kFromServer || h->cookie != Header::kCookie) return std::nullopt;
    if (h->hardware_type != Header::kEthernet || h->hardware_length != sizeof(net::MacAddr))
        return std::nullopt;
    Reply r;
    Found found{r};
    if (!take_all_options(*h, payload.subspan(sizeof *h), found)) return std::nullopt;
    r.type = MessageType{found.type};
    r.xid = h->xid;
    r.yours = h->yours;
    memcpy(r.client.bytes, h->hardware, sizeof r.client);
    if (!is_complete(r)) return std::nullopt;
    return r;
}

// RFC 2131 section 4.4.5: T1 is half of the lease and T2 seven eighths, if the server does not say. Times in
// another order than T1 <= T2 <= lease are no use.
DhcpLease Reply::lease(Instant from, net::MacAddr next_hop) const {
    constexpr u32 kInfinite = ~u32{0};
    DhcpLease l;
    l.address = prefix_of(*this);
    if (l.address.has_neighbour(router)) l.router = router;
    for (u8 i = 0; i < name_server_count; i++) {
        if (!name_servers[i].is_any()) l.name_servers[l.name_server_count++] = name_servers[i];
    }
    l.mtu = mtu;
    l.server = server;
    l.next_hop = next_hop;
    l.renew_at = l.rebind_at = l.expires_at = Instant::never();
    const u32 whole = *lease_seconds;
    if (whole == kInfinite) return l;
    const u32 t2 = t2_seconds && *t2_seconds <= whole ? *t2_seconds : whole - whole / 8;
    const u32 t1 = t1_seconds && *t1_seconds <= t2 ? *t1_seconds : whole / 2 <= t2 ? whole / 2 : t2;
    l.renew_at = from + seconds(t1);
    l.rebind_at = from + seconds(t2);
    l.expires_at = from + seconds(whole);
    return l;
}

// --- our messages

Query::Query(MessageType type, u32 xid, u16 seconds, net::MacAddr mac) {
    Header& h = header();
    h.operation = Header::kToServer;
    h.hardware_type = Header::kEthernet;
    h.hardware_length = sizeof mac;
    h.xid = xid;
    h.seconds = seconds;
    h.cookie = Header::kCookie;
    memcpy(h.hardware, mac.bytes, sizeof mac);
    const u8 code = static_cast<u8>(type);
    option(OptionCode::Type, {&code, 1});
}

Query& Query::client(Ipv4Addr address) {
    header().client = address;
    return *this;
}

// All options of a query together need less than half of the room.
Query& Query::option(OptionCode code, Bytes value) {
    if (value.size() > 255 || size_ + 2 + value.size() >= bytes_.size()) return *this;
    bytes_[size_++] = static_cast<u8>(code);
    bytes_[size_++] = static_cast<u8>(value.size());
    if (!value.empty()) memcpy(&bytes_[size_], value.data(), value.size());
    size_ += value.size();
    return *this;
}

Query& Query::option(OptionCode code, Ipv4Addr value) {
    return option(code, {reinterpret_cast<const u8*>(&value), sizeof value});
}

Bytes Query::finish() {
    bytes_[size_] = static_cast<u8>(OptionCode::End);
    const usize whole = size_ + 1;
    return Bytes(bytes_).first(whole < kLeast ? kLeast : whole);
}

}  // namespace dhcp
