// The lists of netlist(), for C++ programs.
#pragma once

#include "nx6.h"

// Calls visit(entry) for each entry of a list, and returns 0 or a negative errno. The kernel finds the owners
// of many sockets at once, so it is asked for many.
template <class Entry, class Visit>
int each_entry(int what, Visit visit) {
    constexpr int kMany = 1000;
    static Entry entries[kMany];
    int n = kMany;
    for (int first = 0; n == kMany; first += n) {
        n = netlist(what, first, entries, kMany);
        if (n < 0) return n;
        for (int i = 0; i < n; i++) visit(entries[i]);
    }
    return 0;
}
