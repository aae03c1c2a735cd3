#include "net/proto/ip_identification.h"

#include "lib/siphash.h"

namespace net {
namespace {

// A step of 1 to 8 (an xorshift generator). It only hides how many packets other triples with the same
// counter have sent, so a weak generator is enough.
u32 random_step(u32& state) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return 1 + (state & 7);
}

}  // namespace

IpIdentification::IpIdentification() : secret_{platform::random(), platform::random()} {
    for (unsigned hart = 0; hart < platform::kMaxHarts; hart++)
        recent_.at(hart).random = static_cast<u32>(platform::random()) | 1;
}

u64 IpIdentification::hash(u64 addresses, u64 protocol) const {
    return SipHash13(secret_).add(addresses).add(protocol).finish(2 * sizeof(u64));
}

static u64 addresses_of(Ipv4Addr src, Ipv4Addr dst) {
    return u64{std::bit_cast<u32>(src)} << 32 | std::bit_cast<u32>(dst);
}

// The same for another triple than the last. A function of its own, so that next() saves no registers.
[[gnu::noinline]] u16 IpIdentification::next_of_another(Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol,
                                                        u32 count) {
    Recent& r = recent_.local();
    r.addresses = addresses_of(src, dst);
    r.protocol = static_cast<u64>(protocol);
    const u64 chosen = hash(r.addresses, r.protocol);
    r.counter = &counters_[chosen % kCounters];
    r.offset = static_cast<u16>(chosen >> 48);
    return next(src, dst, protocol, count);
}

u16 IpIdentification::next(Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, u32 count) {
    Recent& r = recent_.local();
    if (r.addresses != addresses_of(src, dst) || r.protocol != static_cast<u64>(protocol)) [[unlikely]]
        return next_of_another(src, dst, protocol, count);
    const u32 step = count - 1 + random_step(r.random);
    return static_cast<u16>(r.counter->fetch_add(step, std::memory_order_relaxed) + r.offset);
}

}  // namespace net
