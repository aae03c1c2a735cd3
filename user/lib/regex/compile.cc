// From the text of a regular expression to its program, by recursive descent. Jumps are relative, so a piece
// of program can be moved and copied.
#include "regex.h"
#include "regex/program.h"
#include "string.h"

namespace regex {

namespace {

constexpr int kMostSteps = 20'000, kDeepest = 64;

class Compiler {
  public:
    Compiler(Program& program, const char* pattern, bool extended)
        : program_(program), p_(pattern), extended_(extended) {}

    int compile() {
        emit({Op::Save, 0, 0});
        alternatives(0);
        if (!error_ && *p_) error_ = REG_EPAREN;  // a closing parenthesis too many
        emit({Op::Save, 0, 1});
        emit({Op::Match});
        return error_;
    }

  private:
    int at() const { return program_.steps.size(); }
    void fail(int error) {
        if (!error_) error_ = error;
    }
    void emit(const Step& step) {
        if (at() >= kMostSteps || !program_.steps.add(step)) fail(REG_ESPACE);
    }
    void insert(int where, const Step& step) {
        emit(step);
        if (error_) return;
        Step* steps = program_.steps.data();
        memmove(steps + where + 1, steps + where, static_cast<usize>(at() - 1 - where) * sizeof(Step));
        steps[where] = step;
    }
    void copy(int from, int n) {
        for (int i = 0; i < n && !error_; i++) {
            const Step step = program_.steps[from + i];
            emit(step);
        }
    }

    // An operator is written \c in basic expressions and c in extended ones.
    bool is_operator(const char* p, char c) const { return extended_ ? *p == c : *p == '\\' && p[1] == c; }
    bool accept(char c) {
        if (!is_operator(p_, c)) return false;
        p_ += extended_ ? 1 : 2;
        return true;
    }
    bool at_end(const char* p) const { return !*p || is_operator(p, '|') || is_operator(p, ')'); }

    void alternatives(int depth) {
        if (depth > kDeepest) return fail(REG_ESPACE);
        const int start = at();
        sequence(depth);
        if (error_ || !accept('|')) return;
        insert(start, {Op::Split, 0, 1, at() - start + 2});
        const int jump = at();
        emit({Op::Jump});
        alternatives(depth + 1);
        if (!error_) program_.steps[jump].first = at() - jump;
    }

    void sequence(int depth) {
        for (bool first = true; !error_ && !at_end(p_); first = false) {
            const int start = at();
            const bool repeatable = atom(depth, first);
            while (!error_ && repeatable && repetition(start)) {
            }
        }
    }

    // One byte, set, group or anchor. False: * behind it is an ordinary byte.
    bool atom(int depth, bool first) {
        if (accept('(')) return group(depth), true;
        const char c = *p_++;
        switch (c) {
            case '^':
                if (!extended_ && !first) break;
                emit({Op::LineStart});
                return extended_;
            case '$':
                if (!extended_ && !at_end(p_)) break;
                emit({Op::LineEnd});
                return extended_;
            case '*':
            case '+':
            case '?':
                if (extended_ && first) return fail(REG_BADRPT), false;
                break;
            case '.': any(); return true;
            case '[': bracket(); return true;
            case '\\': escape(); return true;
            default: break;
        }
        byte(c);
        return true;
    }

    void byte(char c) {
        const auto b = static_cast<u8>(c);
        emit({Op::Char, program_.ignore_case ? lower(b) : b});
    }
    void any() {
        if (!program_.lines) return emit({Op::Any});
        Set set;
        for (int b = 0; b < 256; b++) {
            if (b != '\n') set.add(static_cast<u8>(b));
        }
        add_set(set);
    }
    void add_set(const Set& set) {
        if (!program_.sets.add(set)) return fail(REG_ESPACE);
        emit({Op::Set, 0, program_.sets.size() - 1});
    }
    void bracket() {
        Set set;
        bool inverted = false;
        if (const int error = read_set(p_, program_.ignore_case, set, inverted)) return fail(error);
        for (u64& bits : set.bits) bits = inverted ? ~bits : bits;
        if (inverted && program_.lines) set.bits[0] &= ~(1ull << '\n');
        add_set(set);
    }
    void escape() {
        const char c = *p_ ? *p_++ : '\0';
        if (!c) return fail(REG_EESCAPE);
        if (c >= '1' && c <= '9') return fail(REG_ESUBREG);
        const bool word = c == 'w' || c == 'W';
        if (!word && c != 's' && c != 'S') return byte(c);
        Set set;
        for (int b = 0; b < 256; b++) {
            bool known;
            const bool in =
                in_class(word ? "alnum" : "space", 5, static_cast<u8>(b), known) || (word && b == '_');
            if (in == (c == 'w' || c == 's')) set.add(static_cast<u8>(b));
        }
        add_set(set);
    }

    void group(int depth) {
        const int number = ++program_.groups;
        emit({Op::Save, 0, 2 * number});
        alternatives(depth + 1);
        if (!accept(')')) fail(REG_EPAREN);
        emit({Op::Save, 0, 2 * number + 1});
    }

    // Applies an operator of repetition to the steps from `start`. False: there is none.
    bool repetition(int start) {
        const int n = at() - start;
        if (*p_ == '*') {
            p_++;
            star(start, n);
        } else if (accept('+')) {
            emit({Op::Split, 0, -n, 1});
        } else if (accept('?')) {
            insert(start, {Op::Split, 0, 1, n + 1});
        } else if (is_operator(p_, '{')) {
            p_ += extended_ ? 1 : 2;
            interval(start, n);
        } else {
            return false;
        }
        return true;
    }
    // As (a+)?, so that a group that matches nothing is part of the match.
    void star(int start, int n) {
        insert(start, {Op::Split, 0, 1, n + 2});
        emit({Op::Split, 0, -n, 1});
    }

    bool number(int& n) {
        if (*p_ < '0' || *p_ > '9') return false;
        for (n = 0; *p_ >= '0' && *p_ <= '9'; p_++) {
            if (n <= RE_DUP_MAX) n = 10 * n + (*p_ - '0');
        }
        return true;
    }
    void interval(int start, int n) {
        int least = 0, most = -1;
        if (!number(least) && *p_ != ',') return fail(REG_BADBR);
        if (*p_ != ',')
            most = least;
        else if (p_++, number(most) && most < least)
            return fail(REG_BADBR);
        if (!accept('}')) return fail(*p_ ? REG_BADBR : REG_EBRACE);
        if (least > RE_DUP_MAX || most > RE_DUP_MAX) return fail(REG_BADBR);
        repeat(start, n, least, most);
    }
    // At least `least` copies, and up to `most`, or any number for -1.
    void repeat(int start, int n, int least, int most) {
        // The first copy is the pattern of the others, so what is not wanted of it is skipped.
        for (int i = 1; i < least && !error_; i++) copy(start, n);
        if (most < 0) {
            if (least == 0) return star(start, n);
            return emit({Op::Split, 0, -n, 1});
        }
        for (int i = least > 0 ? least : 1; i < most && !error_; i++) {
            emit({Op::Split, 0, 1, n + 1});
            copy(start, n);
        }
        if (least == 0)
            insert(start, most == 0 ? Step{Op::Jump, 0, n + 1} : Step{Op::Split, 0, 1, at() - start + 1});
    }

    Program& program_;
    const char* p_;
    bool extended_;
    int error_ = 0;
};

}  // namespace

int compile(Program& program, const char* pattern, bool extended) {
    return Compiler(program, pattern, extended).compile();
}

}  // namespace regex
