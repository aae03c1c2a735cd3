#include "sys/sockaddr.h"

#include "abi/socket.h"
#include "abi/un.h"
#include "abi/vm_sockets.h"
#include "lib/endian.h"
#include "lib/string.h"
#include "mm/uaccess.h"

namespace {

using net::InetAddr;
using net::LocalAddr;
using net::SocketAddr;
using net::VsockAddr;

constexpr i32 kLongest = 128;         // POSIX's sockaddr_storage
constexpr unsigned char kToHost = 1;  // Linux's VMADDR_FLAG_TO_HOST, without effect here

// The address structs that are known here. All begin with the family.
union Raw {
    unsigned short family;
    sockaddr_in in;
    sockaddr_vm vm;
    sockaddr_un un;
};
constexpr usize kPathAt = offsetof(sockaddr_un, sun_path);

// The least bytes of an address.
Result<i32> shortest(int family) {
    switch (family) {
        case AF_INET: return static_cast<i32>(sizeof(sockaddr_in));
        case AF_VSOCK: return static_cast<i32>(sizeof(sockaddr_vm));
        case AF_UNIX: return static_cast<i32>(kPathAt);
        default: return Errno::AfNoSupport;
    }
}

// Linux's abstract names begin with a zero; there are none here.
Result<SocketAddr> parse_path(const sockaddr_un& un, usize length) {
    if (length > sizeof un) return Errno::Inval;
    const usize room = length - kPathAt;
    if (room > 0 && un.sun_path[0] == '\0') return Errno::Inval;
    return SocketAddr(LocalAddr({un.sun_path, strnlen(un.sun_path, room)}));
}

Result<SocketAddr> parse(const Raw& raw, usize length) {
    switch (raw.family) {
        case AF_INET:
            return SocketAddr(
                InetAddr{net::Ipv4Addr(swap_bytes(raw.in.sin_addr.s_addr)), swap_bytes(raw.in.sin_port)});
        case AF_VSOCK:
            if (raw.vm.svm_flags & ~kToHost) return Errno::Inval;
            return SocketAddr(VsockAddr{raw.vm.svm_cid, raw.vm.svm_port});
        default: return parse_path(raw.un, length);
    }
}

// Returns the length; only this many bytes of `raw` are set. A path has its terminating zero, if there is
// room.
i32 format(const SocketAddr& a, Raw& raw) {
    if (const LocalAddr* un = a.local()) {
        raw.un.sun_family = AF_UNIX;
        memcpy(raw.un.sun_path, un->text, un->length);
        if (un->length == 0 || un->length == sizeof raw.un.sun_path)
            return static_cast<i32>(kPathAt + un->length);
        raw.un.sun_path[un->length] = '\0';
        return static_cast<i32>(kPathAt + un->length + 1);
    }
    if (const InetAddr* in = a.inet())
        raw.in = {AF_INET, swap_bytes(in->port), {swap_bytes(in->addr.value())}, {}};
    else if (const VsockAddr* vm = a.vsock())
        raw.vm = {AF_VSOCK, 0, vm->port, vm->cid, 0, {}};
    else
        raw.in = {};
    return sizeof(sockaddr_in);
}
static_assert(sizeof(sockaddr_in) == sizeof(sockaddr_vm));

}  // namespace

Result<SocketAddr> fetch_sockaddr(UserAddr from, i32 length) {
    unsigned short family;
    if (length < static_cast<i32>(sizeof family) || length > kLongest) return Errno::Inval;
    TRY(mm::copy_in(&family, from, sizeof family));
    if (family == AF_UNSPEC) return SocketAddr();
    if (length < TRY(shortest(family))) return Errno::Inval;
    Raw raw;
    const usize n = static_cast<usize>(length) < sizeof raw ? static_cast<usize>(length) : sizeof raw;
    TRY(mm::copy_in(&raw, from, n));
    raw.family = family;
    return parse(raw, static_cast<usize>(length));
}

Result<> put_sockaddr(UserAddr to, UserAddr length, const SocketAddr& a) {
    if (!to.value) return {};
    i32 room = 0;
    TRY(mm::copy_in(&room, length, sizeof room));
    if (room < 0) return Errno::Inval;
    Raw raw;
    const i32 whole = format(a, raw);
    TRY(mm::copy_out(to, &raw, static_cast<usize>(room < whole ? room : whole)));
    return mm::copy_out(length, &whole, sizeof whole);
}
