#include "ustack/address.h"

#include "abi/socket.h"
#include "lib/endian.h"
#include "lib/string.h"

namespace ustack {

using net::InetAddr;
using net::SocketAddr;

Result<SocketAddr> get_address(const void* from, i32 length) {
    constexpr i32 kLongest = 128;  // POSIX's sockaddr_storage
    sockaddr_in raw{};
    if (!from) return Errno::Fault;
    if (length < static_cast<i32>(sizeof raw.sin_family) || length > kLongest) return Errno::Inval;
    memcpy(&raw.sin_family, from, sizeof raw.sin_family);
    if (raw.sin_family == AF_UNSPEC) return SocketAddr();
    if (length < static_cast<i32>(sizeof raw)) return Errno::Inval;
    if (raw.sin_family != AF_INET) return Errno::AfNoSupport;
    memcpy(&raw, from, sizeof raw);
    return SocketAddr(InetAddr{net::Ipv4Addr(swap_bytes(raw.sin_addr.s_addr)), swap_bytes(raw.sin_port)});
}

Result<> put_address(void* to, i32* length, const SocketAddr& a) {
    if (!to) return {};
    if (!length) return Errno::Fault;
    if (*length < 0) return Errno::Inval;
    const InetAddr from = a.inet() ? *a.inet() : InetAddr{};
    const sockaddr_in raw{AF_INET, swap_bytes(from.port), {swap_bytes(from.addr.value())}, {}};
    const auto room = static_cast<usize>(*length);
    memcpy(to, &raw, room < sizeof raw ? room : sizeof raw);
    *length = sizeof raw;
    return {};
}

}  // namespace ustack
