#include "sys/sockaddr.h"

#include "abi/socket.h"
#include "abi/vm_sockets.h"
#include "lib/endian.h"
#include "mm/uaccess.h"

namespace {

using net::InetAddr;
using net::SocketAddr;
using net::VsockAddr;

constexpr i32 kLongest = 128;         // POSIX's sockaddr_storage
constexpr unsigned char kToHost = 1;  // Linux's VMADDR_FLAG_TO_HOST, without effect here

// The address structs that are known here. All begin with the family.
union Raw {
    unsigned short family;
    sockaddr_in in;
    sockaddr_vm vm;
};
static_assert(sizeof(sockaddr_in) == sizeof(Raw) && sizeof(sockaddr_vm) == sizeof(Raw));

Result<SocketAddr> parse(const Raw& raw) {
    switch (raw.family) {
        case AF_INET:
            return SocketAddr(
                InetAddr{net::Ipv4Addr(swap_bytes(raw.in.sin_addr.s_addr)), swap_bytes(raw.in.sin_port)});
        case AF_VSOCK:
            if (raw.vm.svm_flags & ~kToHost) return Errno::Inval;
            return SocketAddr(VsockAddr{raw.vm.svm_cid, raw.vm.svm_port});
        default: return Errno::AfNoSupport;
    }
}

Raw format(const SocketAddr& a) {
    Raw raw{};
    if (const InetAddr* in = a.inet())
        raw.in = {AF_INET, swap_bytes(in->port), {swap_bytes(in->addr.value())}, {}};
    else if (const VsockAddr* vm = a.vsock())
        raw.vm = {AF_VSOCK, 0, vm->port, vm->cid, 0, {}};
    return raw;
}

}  // namespace

Result<SocketAddr> fetch_sockaddr(UserAddr from, i32 length) {
    Raw raw{};
    if (length < static_cast<i32>(sizeof raw.family) || length > kLongest) return Errno::Inval;
    TRY(mm::copy_in(&raw.family, from, sizeof raw.family));
    if (raw.family == AF_UNSPEC) return SocketAddr();
    if (length < static_cast<i32>(sizeof raw)) return Errno::Inval;
    TRY(mm::copy_in(&raw, from, sizeof raw));
    return parse(raw);
}

Result<> put_sockaddr(UserAddr to, UserAddr length, const SocketAddr& a) {
    if (!to.value) return {};
    i32 room = 0;
    TRY(mm::copy_in(&room, length, sizeof room));
    if (room < 0) return Errno::Inval;
    const Raw raw = format(a);
    const i32 whole = sizeof raw;
    TRY(mm::copy_out(to, &raw, static_cast<usize>(room < whole ? room : whole)));
    return mm::copy_out(length, &whole, sizeof whole);
}
