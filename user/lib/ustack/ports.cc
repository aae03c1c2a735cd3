#include "ustack/ports.h"

namespace ustack {

using net::IpProtocol;

PortClaims::Claim* PortClaims::find(IpProtocol protocol, u16 port) {
    for (usize i = 0; i < count_; i++) {
        if (claims_[i].protocol == protocol && claims_[i].port == port) return &claims_[i];
    }
    return nullptr;
}

Result<u16> PortClaims::take(IpProtocol protocol, u16 port) {
    if (Claim* ours = port ? find(protocol, port) : nullptr) {
        ours->sockets++;
        return port;
    }
    release_unused();
    if (count_ == kMost) return Errno::AddrNotAvail;
    const u16 claimed = TRY(source_.claim(protocol, port));
    claims_[count_++] = {protocol, claimed, 1};
    return claimed;
}

void PortClaims::give(IpProtocol protocol, u16 port) {
    Claim* claim = find(protocol, port);
    if (!claim) return;
    claim->sockets--;
    release_unused();
}

bool PortClaims::is_in_use(const Claim& claim) {
    if (claim.sockets > 0) return true;
    return claim.protocol == IpProtocol::Tcp && tcp_.table().has_local_port({}, claim.port);
}

// Connections that no program holds any more end without a word, so the timer looks for ports without one.
void PortClaims::release_unused() {
    bool look_again = false;
    for (usize i = count_; i-- > 0;) {
        if (is_in_use(claims_[i])) {
            look_again |= claims_[i].sockets == 0;
            continue;
        }
        source_.release(claims_[i].protocol, claims_[i].port);
        claims_[i] = claims_[--count_];
    }
    if (look_again) timer_.set(net::platform::now() + seconds(1));
}

void PortClaims::on_timer(void* self) { static_cast<PortClaims*>(self)->release_unused(); }

}  // namespace ustack
