#include "dhcp/client.h"

#include "lib/string.h"

namespace dhcp {

using net::Ipv4Addr;

// --- from outside

void DhcpClient::start(Instant now) {
    stop(now);
    began_ = now;
    begin_transaction(now);
    enter(State::Selecting, now);
    on_time(now);
}

void DhcpClient::resume(Ipv4Addr address, Instant now) {
    lease_ = {};
    lease_.address.addr = address;
    in_use_ = true;
    begin_transaction(now);
    enter(State::Rebooting, now);
    on_time(now);
}

// RFC 2131 section 4.4.6: a RELEASE is sent once, to the server itself, and not acknowledged.
void DhcpClient::stop(Instant now) {
    if (state_is_bound()) {
        begin_transaction(now);
        Query q = query(MessageType::Release);
        q.client(lease_.address.addr).option(OptionCode::Server, lease_.server);
        send(q, lease_.address.addr, {lease_.next_hop, lease_.server});
        lose_lease();
    }
    enter(State::Idle, Instant::never());
}

void DhcpClient::on_time(Instant now) {
    if (now < deadline_) return;
    switch (state_) {
        case State::Idle: return;
        case State::Selecting: return select(now);
        case State::Requesting:
        case State::Rebooting: return request(now);
        case State::Probing: return sent_ < kProbes ? probe(now) : bind(now);
        case State::Bound:
        case State::Renewing: return now < lease_.rebind_at ? renew(now) : rebind(now);
        case State::Rebinding: return rebind(now);
        case State::Waiting: return start(now);
    }
}

void DhcpClient::frame_in(Bytes frame, Instant now) {
    if (const auto received = parse_reply(frame, mac_)) return answer_in(*received, now);
    if (const auto arp = parse_arp(frame); arp && state_ == State::Probing) arp_in(*arp, now);
}

// --- states

void DhcpClient::enter(State s, Instant next) {
    state_ = s;
    sent_ = 0;
    deadline_ = next;
}

void DhcpClient::begin_transaction(Instant now) {
    xid_ = static_cast<u32>(draw());
    asked_at_ = now;
    seconds_said_ = 0;
}

void DhcpClient::select(Instant now) {
    const i64 elapsed = (now - began_).ms() / 1000;
    seconds_said_ = static_cast<u16>(elapsed < 0xffff ? elapsed : 0xffff);
    Query q = query(MessageType::Discover);
    ask_for_parameters(q);
    deadline_ = next_retry(now);
    send(q, Ipv4Addr(), {});
}

// RFC 2131 section 4.3.2: without a server's name, every server that knows of the lease may answer.
void DhcpClient::request(Instant now) {
    if (sent_ == kMostRequests) return start(now);
    if (sent_ == 0) asked_at_ = now;
    Query q = query(MessageType::Request);
    q.option(OptionCode::RequestedAddress, lease_.address.addr);
    if (state_ == State::Requesting) q.option(OptionCode::Server, lease_.server);
    ask_for_parameters(q);
    deadline_ = next_retry(now);
    send(q, Ipv4Addr(), {});
}

void DhcpClient::probe(Instant now) {
    sent_++;
    deadline_ = now + (sent_ < kProbes ? draw_between(kProbeLeast, kProbeMost) : kAnnounceWait);
    host_.send(Frame::arp_probe(mac_, lease_.address.addr).bytes());
}

void DhcpClient::bind(Instant now) {
    if (now >= lease_.expires_at) return start(now);
    enter(State::Bound, lease_.renew_at);
    in_use_ = true;
    host_.configure(lease_);
}

// To the server that granted the lease.
void DhcpClient::renew(Instant now) {
    if (state_ == State::Bound) {
        enter(State::Renewing, now);
        begin_transaction(now);
    }
    deadline_ = next_renewal(now, lease_.rebind_at);
    request_again({lease_.next_hop, lease_.server});
}

// To any server.
void DhcpClient::rebind(Instant now) {
    if (now >= lease_.expires_at) {
        lose_lease();
        return start(now);
    }
    if (state_ != State::Rebinding) {
        enter(State::Rebinding, now);
        begin_transaction(now);
    }
    deadline_ = next_renewal(now, lease_.expires_at);
    request_again({});
}

// --- answers

// Is this the answer to our last message?
bool DhcpClient::expects(const Reply& r) const {
    if (r.xid != xid_) return false;
    const bool is_offer = r.type == MessageType::Offer, same_server = r.server == lease_.server;
    switch (state_) {
        case State::Selecting: return is_offer;
        case State::Requesting:
        case State::Renewing: return !is_offer && same_server;
        case State::Rebooting:
        case State::Rebinding: return !is_offer;
        default: return false;
    }
}

// Of several offers the first is taken. Our request, which names its server, tells the others.
void DhcpClient::offer_in(const Received& r, Instant now) {
    lease_ = r.reply.lease(now, r.from);
    enter(State::Requesting, now);
    on_time(now);
}

void DhcpClient::answer_in(const Received& r, Instant now) {
    if (!expects(r.reply)) return;
    switch (r.reply.type) {
        case MessageType::Offer: return offer_in(r, now);
        case MessageType::Nak: return nak_in(now);
        default: return ack_in(r, now);
    }
}

static bool is_configured_alike(const DhcpLease& a, const DhcpLease& b) {
    bool same = a.address == b.address && a.router == b.router && a.mtu == b.mtu;
    for (usize i = 0; i < kMostNameServers; i++) same = same && a.name_servers[i] == b.name_servers[i];
    return same;
}

void DhcpClient::ack_in(const Received& r, Instant now) {
    if (r.reply.yours != lease_.address.addr) return;  // not what we have asked for
    const DhcpLease before = lease_;
    lease_ = r.reply.lease(asked_at_, r.from);
    if (!state_is_bound()) return enter(State::Probing, now + draw_between({}, kProbeWait));
    enter(State::Bound, lease_.renew_at);
    if (!is_configured_alike(before, lease_)) host_.configure(lease_);
}

void DhcpClient::nak_in(Instant now) {
    if (in_use_) lose_lease();
    enter(State::Waiting, now + kNakWait);
}

// RFC 5227 section 2.1.1: somebody has the address, or checks it at the same time.
void DhcpClient::arp_in(const net::ArpPacket& p, Instant now) {
    const Ipv4Addr wanted = lease_.address.addr;
    if (p.sender_mac == mac_) return;
    if (p.sender_ip == wanted || (p.is_probe() && p.target_ip == wanted)) decline(now);
}

void DhcpClient::decline(Instant now) {
    begin_transaction(now);
    Query q = query(MessageType::Decline);
    q.option(OptionCode::RequestedAddress, lease_.address.addr).option(OptionCode::Server, lease_.server);
    send(q, Ipv4Addr(), {});
    if (in_use_) lose_lease();
    enter(State::Waiting, now + kDeclineWait);
}

void DhcpClient::lose_lease() {
    enter(State::Idle, Instant::never());
    in_use_ = false;
    host_.deconfigure();
}

// --- our messages

Query DhcpClient::query(MessageType type) {
    Query q(type, xid_, seconds_said_, mac_);
    u8 id[1 + sizeof mac_] = {Header::kEthernet};
    memcpy(id + 1, mac_.bytes, sizeof mac_);
    return q.option(OptionCode::ClientId, id);
}

void DhcpClient::ask_for_parameters(Query& q) {
    constexpr u8 kWanted[] = {static_cast<u8>(OptionCode::Mask),       static_cast<u8>(OptionCode::Router),
                              static_cast<u8>(OptionCode::NameServer), static_cast<u8>(OptionCode::Mtu),
                              static_cast<u8>(OptionCode::LeaseTime),  static_cast<u8>(OptionCode::T1),
                              static_cast<u8>(OptionCode::T2)};
    constexpr u8 kLongest[] = {1500 >> 8, 1500 & 0xff};  // bytes of an IP packet
    q.option(OptionCode::ParameterRequest, kWanted).option(OptionCode::MaxSize, kLongest);
    const usize length = strlen(host_name_);
    if (length > 0) q.option(OptionCode::HostName, {reinterpret_cast<const u8*>(host_name_), length});
}

void DhcpClient::request_again(const Destination& to) {
    Query q = query(MessageType::Request);
    ask_for_parameters(q);
    q.client(lease_.address.addr);
    send(q, lease_.address.addr, to);
}

void DhcpClient::send(Query& q, Ipv4Addr source, const Destination& to) {
    if (sent_ < 255) sent_++;
    host_.send(Frame(mac_, source, to, q.finish()).bytes());
}

// --- times

// splitmix64 (Steele, Lea, Flood 2014): passes all statistical tests, one addition of state.
u64 DhcpClient::draw() {
    u64 z = random_ += 0x9e37'79b9'7f4a'7c15;
    z = (z ^ z >> 30) * 0xbf58'476d'1ce4'e5b9;
    z = (z ^ z >> 27) * 0x94d0'49bb'1331'11eb;
    return z ^ z >> 31;
}

Duration DhcpClient::draw_between(Duration least, Duration most) {
    return {least.ns + static_cast<i64>(draw() % static_cast<u64>(most.ns - least.ns + 1))};
}

Instant DhcpClient::next_retry(Instant now) {
    Duration wait = kFirstRetry;
    for (u8 i = 0; i < sent_ && wait < kLongestRetry; i++) wait = wait * 2;
    return now + draw_between({wait.ns - kSpread.ns}, wait + kSpread);
}

// RFC 2131 section 4.4.5: after half of the time that is left until `end`.
Instant DhcpClient::next_renewal(Instant now, Instant end) {
    if (end == Instant::never()) return end;
    const Duration left = end - now;
    const Duration half{left.ns / 2};
    const Duration wait = half < kLeastRenewRetry ? kLeastRenewRetry : half;
    return wait < left ? now + wait : end;
}

}  // namespace dhcp
