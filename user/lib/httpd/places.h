// Who gives way when every place is taken and a newcomer waits. It needs nothing of the kernel.
#pragma once

namespace httpd {

// So long nobody is sent away for being silent: the request of a client that has just been accepted, or
// answered, may be on its way. It is time enough for one that is lost and sent again after TCP's first
// timeout of 1 s (RFC 6298).
inline constexpr long kFairMs = 2000;

struct Choice {
    int who;       // -1: nobody yet
    long wait_ms;  // until that may change; 0 when somebody was chosen
};

// Of n clients the one that has been silent for longest, if that is long enough. Clients that have begun a
// request, or are being answered, stay. A Client has is_idle() and, while idle, idle_since() in milliseconds.
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
