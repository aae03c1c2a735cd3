// $((expression)): C's operators on numbers of 64 bits, which wrap (POSIX, XCU 2.6.4).
#include <stdio.h>
#include <stdlib.h>

#include "expand.h"
#include "lexer.h"
#include "shell.h"
#include "variables.h"

namespace sh {

namespace {

// Longest first.
struct {
    const char* text;
    int precedence;
} constexpr kBinary[] = {{"||", 1}, {"&&", 2}, {"|", 3},  {"^", 4},  {"==", 6}, {"!=", 6},
                         {"&", 5},  {"<<", 8}, {">>", 8}, {"<=", 7}, {">=", 7}, {"<", 7},
                         {">", 7},  {"+", 9},  {"-", 9},  {"*", 10}, {"/", 10}, {"%", 10}};
constexpr int kNoOperator = -1, kBinaries = sizeof kBinary / sizeof *kBinary;

class Evaluator {
  public:
    explicit Evaluator(const char* text) : text_(text), at_(text) {}

    long run() {
        blanks();
        if (!*at_) return 0;
        const long value = assignment();
        if (*at_) wrong();
        return value;
    }

  private:
    [[noreturn]] void wrong() { fail("arithmetic: \"%.60s\" is wrong at \"%.20s\"", text_, at_); }

    void blanks() { at_ += strspn(at_, " \t\n"); }
    bool accept(const char* text) {
        const size_t n = strlen(text);
        if (strncmp(at_, text, n) != 0) return false;
        at_ += n;
        blanks();
        return true;
    }

    // NAME=, NAME+= and so on.
    long assignment() {
        if (++depth_ > kMostNested) fail("arithmetic: too many parentheses");
        const char* start = at_;
        size_t n = 0;
        while (is_name_start(*at_) && is_name(at_[n])) n++;
        long value;
        if (n && assigns(at_ + n, n))
            value = assign(shell.scratch.copy(start, n));
        else
            at_ = start, value = conditional();
        depth_--;
        return value;
    }
    // Whether an assignment operator is there: remembers the operator, and moves behind it.
    bool assigns(const char* p, size_t) {
        p += strspn(p, " \t\n");
        const size_t n = strcspn(p, "=");
        operator_ = kNoOperator;
        if (n > 2 || p[n] != '=' || (n == 0 && p[1] == '=')) return false;
        for (int i = 0; n && i < kBinaries; i++) {
            const char* text = kBinary[i].text;
            const int precedence = kBinary[i].precedence;
            const bool may = precedence >= 3 && precedence != 6 && precedence != 7;
            if (may && strlen(text) == n && strncmp(p, text, n) == 0) operator_ = i;
        }
        if (n && operator_ == kNoOperator) return false;
        at_ = p + n + 1;
        blanks();
        return true;
    }
    long assign(const char* name) {
        const int op = operator_;
        const long right = assignment();
        const long value =
            op == kNoOperator || skip_ ? right : binary(kBinary[op].text, variable(name), right);
        if (skip_) return value;
        char text[24];
        snprintf(text, sizeof text, "%ld", value);
        set_variable(name, text);
        return value;
    }

    long conditional() {
        const long condition = operation(1);
        if (!accept("?")) return condition;
        skip_ += !condition;
        const long yes = assignment();
        skip_ -= !condition;
        if (!accept(":")) wrong();
        skip_ += condition != 0;
        const long no = assignment();
        skip_ -= condition != 0;
        return condition ? yes : no;
    }

    int next_operator() const {
        for (int i = 0; i < kBinaries; i++) {
            if (strncmp(at_, kBinary[i].text, strlen(kBinary[i].text)) == 0) return i;
        }
        return kNoOperator;
    }
    long operation(int least) {
        long left = unary();
        for (int op; (op = next_operator()) != kNoOperator && kBinary[op].precedence >= least;) {
            accept(kBinary[op].text);
            const int precedence = kBinary[op].precedence;
            const bool decided = (precedence == 1 && left) || (precedence == 2 && !left);
            skip_ += decided;
            const long right = operation(precedence + 1);
            skip_ -= decided;
            left = binary(kBinary[op].text, left, right);
        }
        return left;
    }

    long binary(const char* op, long a, long b) {
        const auto x = static_cast<unsigned long>(a), y = static_cast<unsigned long>(b);
        const bool twice = op[1];
        switch (op[0]) {
            case '|': return twice ? a || b : a | b;
            case '&': return twice ? a && b : a & b;
            case '^': return a ^ b;
            case '=': return a == b;
            case '!': return a != b;
            case '<': return !twice ? a < b : op[1] == '=' ? a <= b : static_cast<long>(x << (y & 63));
            case '>': return !twice ? a > b : op[1] == '=' ? a >= b : a >> (y & 63);
            case '+': return static_cast<long>(x + y);
            case '-': return static_cast<long>(x - y);
            case '*': return static_cast<long>(x * y);
            default: break;
        }
        if (b == 0 && !skip_) fail("arithmetic: division by zero");
        if (b == 0) return 0;
        if (b == -1) return op[0] == '/' ? static_cast<long>(0 - x) : 0;
        return op[0] == '/' ? a / b : a % b;
    }

    long unary() {
        if (++depth_ > kMostNested) fail("arithmetic: too many operators");
        long value;
        if (accept("+"))
            value = unary();
        else if (accept("-"))
            value = static_cast<long>(0 - static_cast<unsigned long>(unary()));
        else if (accept("!"))
            value = !unary();
        else if (accept("~"))
            value = ~unary();
        else
            value = primary();
        depth_--;
        return value;
    }

    long primary() {
        if (accept("(")) {
            const long value = assignment();
            if (!accept(")")) wrong();
            return value;
        }
        if (is_name_start(*at_)) {
            size_t n = 0;
            while (is_name(at_[n])) n++;
            const char* name = shell.scratch.copy(at_, n);
            at_ += n;
            blanks();
            return variable(name);
        }
        if (!is_name(*at_)) wrong();
        return number();
    }
    long number() {
        char* end;
        const auto value = static_cast<long>(strtoul(at_, &end, 0));
        if (end == at_ || is_name(*end)) wrong();
        at_ = end;
        blanks();
        return value;
    }
    long variable(const char* name) {
        const char* value = parameter_value(name);
        if (!value && shell.options.no_unset && !skip_) fail("%s: is not set", name);
        if (!value || !*value) return 0;
        char* end;
        const long number = strtol(value, &end, 0);
        end += strspn(end, " \t\n");
        if (*end && !skip_) fail("arithmetic: %s is no number: \"%.40s\"", name, value);
        return number;
    }

    const char* text_;
    const char* at_;
    int depth_ = 0;
    int skip_ = 0;  // in an operand that is not evaluated
    int operator_ = kNoOperator;
};

}  // namespace

long evaluate(const char* expression) { return Evaluator(expression).run(); }

}  // namespace sh
