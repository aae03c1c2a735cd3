#include "net/tcp/secrets.h"

#include "lib/siphash.h"
#include "net/platform.h"

namespace net {
namespace {

constexpr u16 kCookieMss[8] = {216, 536, 1024, 1220, 1300, 1400, 1440, 1460};
constexpr Duration kSlice = seconds(64);

u32 slice_of(Instant now) { return static_cast<u32>(now.ns / static_cast<u64>(kSlice.ns)); }

u32 index_of(u16 mss) {
    u32 i = 7;
    while (i > 0 && kCookieMss[i] > mss) i--;
    return i;
}

}  // namespace

TcpSecrets::TcpSecrets() : secret_{platform::random(), platform::random()} {}

// Messages of different purposes differ in their last byte, so no result tells anything about another.
u64 TcpSecrets::hash(const TcpKey& key, Purpose purpose, u64 more) const {
    const u64 addresses = u64{key.local.value()} << 32 | key.remote.value();
    const u64 ports = u64{key.local_port} << 16 | key.remote_port, last = static_cast<u64>(purpose) << 32;
    return SipHash24(secret_).add(addresses).add(more).finish(21, last | ports);
}

TcpStart TcpSecrets::start(const TcpKey& key, Instant now) const {
    const u64 h = hash(key, Purpose::Start), clock = now.ns / 4000;
    return {Seq(static_cast<u32>(h + clock)), static_cast<u32>(h >> 32)};
}

Seq TcpSecrets::cookie(const TcpKey& key, Seq peer_isn, u16 peer_mss, Instant now) const {
    const u32 slice = slice_of(now), mss = index_of(peer_mss);
    const u64 h = hash(key, Purpose::Cookie, u64{peer_isn.value()} << 32 | slice << 3 | mss);
    return Seq((slice & 31) << 27 | mss << 24 | static_cast<u32>(h & 0xff'ffff));
}

u16 TcpSecrets::check_cookie(const TcpKey& key, Seq peer_isn, Seq cookie, Instant now) const {
    const u32 value = cookie.value(), mss = value >> 24 & 7;
    const u32 age = (slice_of(now) - (value >> 27)) & 31;
    if (age > 1) return 0;
    const u64 h = hash(key, Purpose::Cookie, u64{peer_isn.value()} << 32 | (slice_of(now) - age) << 3 | mss);
    return (h & 0xff'ffff) == (value & 0xff'ffff) ? kCookieMss[mss] : u16{0};
}

}  // namespace net
