// Collects the entries of a list of sockets.
#pragma once

#include <utility>
#include <vector>

#include "net/socket/socket_list.h"

struct SocketListing final : net::SocketVisitor {
    explicit SocketListing(usize first = 0, usize wanted = ~usize{0}) : SocketVisitor(first), most(wanted) {}
    const usize most;
    std::vector<std::pair<const void*, socket_entry>> found;

    bool visit(const socket_entry& entry, const void* object) override {
        found.emplace_back(object, entry);
        return found.size() < most;
    }
};

// How many objects a table lists. Compact TIME-WAIT entries are none.
template <class Table>
usize listed_in(Table& table) {
    usize n = 0;
    for (typename Table::Place place; !place.at_end();) {
        typename Table::Listed found[16];
        const usize passed = table.list(place, found);
        for (usize i = 0; i < passed; i++) n += found[i].get() != nullptr;
    }
    return n;
}
