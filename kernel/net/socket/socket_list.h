// The list of sockets that netlist() gives: each table passes its entries to a visitor.
#pragma once

#include <array>

#include "abi/netlist.h"
#include "lib/types.h"

namespace net {

class SocketVisitor {
  public:
    explicit SocketVisitor(usize first) : before_(first) {}

    // Called before each visit(). True: the entry is one of those before the first that is wanted.
    bool skips() {
        if (before_ == 0) return false;
        before_--;
        return true;
    }
    // Gets an entry, except for its pid. `object`: what Socket::in_tables returns for its socket; null: no
    // socket has it. No lock is held. False: no more entries are wanted.
    virtual bool visit(const socket_entry& entry, const void* object) = 0;

  protected:
    ~SocketVisitor() = default;

  private:
    usize before_;
};

// Passes all that a table lists to a visitor; describe(found) makes the entry. Takes a few at a time from the
// table, so its lock is held only briefly. False: no more are wanted.
template <class Table, class Describe>
bool visit_all(Table& table, SocketVisitor& to, Describe describe) {
    for (typename Table::Place place; !place.at_end();) {
        std::array<typename Table::Listed, 16> found;
        const usize n = table.list(place, found);
        for (usize i = 0; i < n; i++) {
            if (!to.skips() && !to.visit(describe(found[i]), found[i].get())) return false;
        }
    }
    return true;
}

}  // namespace net
