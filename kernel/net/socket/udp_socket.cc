#include "net/socket/udp_socket.h"

#include "net/proto/udp.h"
#include "net/socket/sockets.h"

namespace net {

Result<usize> UdpSocket::write(UserAddr from, usize n) {
    MbufPtr m = TRY(copy_in(from, n));
    TRY(net_tx_udp(inet(), std::move(m), key()));
    return n;
}

bool UdpSocket::deliver(MbufPtr m, const Ipv4Packet&) { return enqueue(std::move(m)); }

void UdpSocket::last_ref_gone() { home_.free(*this); }

}  // namespace net
