// An endpoint that only records what it gets, and how long it is referred to.
#pragma once

#include <functional>
#include <vector>

#include "net/proto/endpoint.h"

class PlainEndpoint final : public net::Endpoint {
  public:
    explicit PlainEndpoint(const net::EndpointKey& key) : Endpoint(owner, key) {}
    // A flow.
    PlainEndpoint(const net::EndpointKey& key, const net::Interface& from, const void* port_owner)
        : Endpoint(owner, key, from, port_owner) {}

    bool deliver(net::MbufPtr, const net::Ipv4Packet&) override {
        delivered++;
        if (on_deliver) on_deliver();
        return true;
    }
    void report(Errno error) override { errors.push_back(error); }
    void take_frame(const net::Mbuf&, bool) override { frames++; }

    struct Owner final : RefCounted {
        bool is_gone = false;
        void last_ref_gone() override { is_gone = true; }
    };
    Owner owner;
    unsigned delivered = 0, frames = 0;
    std::vector<Errno> errors;
    std::function<void()> on_deliver;
};
