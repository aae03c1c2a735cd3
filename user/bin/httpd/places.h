// Which client is closed when every place is in use and a new client waits. It does not use the kernel.
#pragma once

namespace httpd {

// No client is closed before it has been idle for this long: the request of a client that has just been
// accepted or answered may be in flight. It is long enough for a retransmission after TCP's initial RTO of 1
// s (RFC 6298).
inline constexpr long kFairMs = 2000;

struct Choice {
    int who;       // -1: none yet
    long wait_ms;  // until that may change; 0 if one was chosen
};

// Chooses the client that has been idle for longest, if that is long enough. Clients that have begun a
// request or are being answered are not chosen. A Client has is_idle() and, while idle, idle_since() in
// milliseconds.
template <class Client>
Choice who_gives_way(const Client* clients, int n, long now) {
    int who = -1;
    for (int i = 0; i < n; i++) {
        if (!clients[i].is_idle()) continue;
        if (who < 0 || clients[i].idle_since() < clients[who].idle_since()) who = i;
    }
    if (who < 0) return {-1, kFairMs};
    const long wait = clients[who].idle_since() + kFairMs - now;
    return wait > 0 ? Choice{-1, wait} : Choice{who, 0};
}

}  // namespace httpd
