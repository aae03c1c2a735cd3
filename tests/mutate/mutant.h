// Included before everything else where `make mutate` compiles the network core: every mutant is in the
// program, and `active` selects one. So a file is compiled once for all of its mutants (mutant schemata).
//
// weave.py writes calls of these functions into a copy of the source. With no mutant active, each does what
// the original did. In a constant expression it always does.
#pragma once

namespace mutate {

extern unsigned active;         // the number of the active mutant; 0: none
extern unsigned char* reached;  // [number]: the place of this mutant has been executed

constexpr bool on(unsigned mutant) {
    if (__builtin_is_constant_evaluated()) return false;
    reached[mutant] = 1;
    return active == mutant;
}

// Comparisons have two mutants: the bound is off by one, and the opposite.
#define MUTANT_COMPARISON(name, original, shifted, opposite)       \
    template <class A, class B>                                    \
    constexpr bool name(unsigned mutant, const A& a, const B& b) { \
        if (on(mutant)) return a shifted b;                        \
        if (on(mutant + 1)) return a opposite b;                   \
        return a original b;                                       \
    }
MUTANT_COMPARISON(less, <, <=, >=)
MUTANT_COMPARISON(less_equal, <=, <, >)
MUTANT_COMPARISON(greater, >, >=, <=)
MUTANT_COMPARISON(greater_equal, >=, >, <)
#undef MUTANT_COMPARISON

#define MUTANT_OPERATOR(name, original, changed)                                             \
    template <class A, class B>                                                              \
    constexpr auto name(unsigned mutant, const A& a, const B& b) {                           \
        return on(mutant) ? static_cast<decltype(a original b)>(a changed b) : a original b; \
    }
MUTANT_OPERATOR(equal, ==, !=)
MUTANT_OPERATOR(not_equal, !=, ==)
MUTANT_OPERATOR(add, +, -)
MUTANT_OPERATOR(subtract, -, +)
MUTANT_OPERATOR(multiply, *, /)
MUTANT_OPERATOR(divide, /, *)
MUTANT_OPERATOR(remainder, %, *)
MUTANT_OPERATOR(bit_and, &, |)
MUTANT_OPERATOR(bit_or, |, &)
MUTANT_OPERATOR(shift_left, <<, >>)
MUTANT_OPERATOR(shift_right, >>, <<)
#undef MUTANT_OPERATOR

template <class T>
constexpr T plus_one(unsigned mutant, T value) {
    return on(mutant) ? static_cast<T>(value + 1) : value;
}

}  // namespace mutate
