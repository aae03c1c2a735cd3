// Flows: endpoints that take whole frames (Endpoint::flow_interface). A flow is found like a socket, but
// before the checksum of UDP or TCP is verified and before anything is taken apart.
#pragma once

#include "net/proto/endpoint.h"
#include "net/proto/tcp.h"

namespace net {

// Is the ACK, in a frame of a run (proto/ack_run.h), for a flow that wants only the last of a run?
bool is_for_merging_flow(Interface& in, const TcpAck& ack);

// Is e a flow? If it is one of another interface, it takes nothing here, and e becomes null.
inline bool is_flow(Ref<Endpoint>& e, const Interface& in) {
    if (!e || !e->flow_interface()) [[likely]]
        return false;
    if (e->flow_interface() == &in) return true;
    e = {};
    return false;
}

// Gives a received packet, whose data begin at the IP header, to a flow: as the frame that it was. m may be a
// chain; the caller drops it.
void give_to_flow(Endpoint& flow, Mbuf& m, bool verified);

}  // namespace net
