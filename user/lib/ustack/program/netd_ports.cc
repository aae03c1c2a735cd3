#include "ustack/program/netd_ports.h"

namespace ustack {

Result<Netd> connect_to_netd() { return Errno::NetDown; }
Result<u16> NetdPorts::claim(net::IpProtocol, u16) { return Errno::NetDown; }
void NetdPorts::release(net::IpProtocol, u16) {}

}  // namespace ustack
