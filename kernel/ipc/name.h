// LocalName: the address that bind() gave to a socket. A listener's connections have the same one.
#pragma once

#include "net/core/pool.h"
#include "net/socket/address.h"

namespace ipc {

class LocalName final : public RefCounted {
  public:
    // Null: no memory.
    static Ref<LocalName> create(const net::LocalAddr& address) {
        return Ref<LocalName>(pool.create(address));
    }
    const net::LocalAddr address;

  private:
    template <class T>
    friend class net::Pool;
    explicit LocalName(const net::LocalAddr& a) : address(a) {}
    void last_ref_gone() override { pool.destroy(this); }
    static net::Pool<LocalName> pool;
};

inline net::SocketAddr address_of(const Ref<LocalName>& name) {
    return name ? name->address : net::LocalAddr();
}

}  // namespace ipc
