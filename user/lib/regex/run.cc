// regexec(): all ways through the program are followed at the same time, one byte of the text after the
// other. No step of the program is followed twice at one byte, so the time is bounded.
#include "regex/run.h"

#include "string.h"

namespace regex {

namespace {

// What is left to follow: a step, or a slot to restore first.
struct Task {
    int step;  // or -1
    int slot;
    long old;
};

// The threads at one position of the text, in the order of preference, each with its slots.
struct Threads {
    Array<int> steps;
    Array<long> saved;
    int count = 0;

    bool reserve(int n, int slots) { return steps.resize(n) && saved.resize(n * slots); }
};

class Machine {
  public:
    Machine(const Program& program, const Search& search, long* best)
        : program_(program), search_(search), best_(best) {}

    Outcome run() {
        const int n = program_.steps.size();
        if (!visited_.resize(n) || !tasks_.resize(3 * n + 3) || !work_.resize(search_.slots) ||
            !now_->reserve(n, search_.slots) || !next_->reserve(n, search_.slots))
            return Outcome::NoMemory;
        for (int i = 0; i < n; i++) visited_[i] = -1;
        for (long at = 0;; at++) {
            if (!matched_) {
                for (int i = 0; i < search_.slots; i++) work_[i] = -1;
                follow(*now_, 0, at);
            } else if (now_->count == 0) {
                break;
            }
            step(at);
            if (!search_.text[at]) break;
        }
        return matched_ ? Outcome::Match : Outcome::NoMatch;
    }

  private:
    // Takes the byte at `at` with each thread.
    void step(long at) {
        const auto byte = static_cast<u8>(search_.text[at]);
        next_->count = 0;
        for (int i = 0; i < now_->count; i++) {
            const int pc = now_->steps[i];
            const long* saved = &now_->saved[i * search_.slots];
            if (program_.steps[pc].op == Op::Match) {
                remember(saved);
            } else if (byte && takes(program_.steps[pc], byte) && !(matched_ && saved[0] > best_[0])) {
                memcpy(&work_[0], saved, size_of_slots());
                follow(*next_, pc + 1, at + 1);
            }
        }
        Threads* used = now_;
        now_ = next_;
        next_ = used;
    }

    bool takes(const Step& s, u8 byte) const {
        if (s.op == Op::Any) return true;
        if (s.op == Op::Set) return program_.sets[s.first].has(byte);
        return s.op == Op::Char && s.byte == (program_.ignore_case ? lower(byte) : byte);
    }

    // The leftmost match, and the longest of these.
    void remember(const long* saved) {
        const bool better = !matched_ || saved[0] < best_[0] || (saved[0] == best_[0] && saved[1] > best_[1]);
        if (better) memcpy(best_, saved, size_of_slots());
        matched_ = true;
    }

    // Adds the threads that take a byte at `at`, reached from a step without one, with the slots in work_.
    void follow(Threads& to, int first, long at) {
        int left = 0;
        tasks_[left++] = {first, 0, 0};
        while (left > 0) {
            const Task task = tasks_[--left];
            if (task.step < 0)
                work_[task.slot] = task.old;
            else
                follow_one(to, task.step, at, left);
        }
    }
    void follow_one(Threads& to, int pc, long at, int& left) {
        while (visited_[pc] != at) {
            visited_[pc] = at;
            const Step& s = program_.steps[pc];
            switch (s.op) {
                case Op::Jump: pc += s.first; break;
                case Op::Split:
                    tasks_[left++] = {pc + s.second, 0, 0};
                    pc += s.first;
                    break;
                case Op::Save:
                    if (s.first < search_.slots) {
                        tasks_[left++] = {-1, s.first, work_[s.first]};
                        work_[s.first] = at;
                    }
                    pc++;
                    break;
                case Op::LineStart:
                    if (!line_starts(at)) return;
                    pc++;
                    break;
                case Op::LineEnd:
                    if (!line_ends(at)) return;
                    pc++;
                    break;
                default:
                    to.steps[to.count] = pc;
                    memcpy(&to.saved[to.count++ * search_.slots], &work_[0], size_of_slots());
                    return;
            }
        }
    }
    bool line_starts(long at) const {
        return at == 0 ? !search_.not_start : program_.lines && search_.text[at - 1] == '\n';
    }
    bool line_ends(long at) const {
        return search_.text[at] == '\0' ? !search_.not_end : program_.lines && search_.text[at] == '\n';
    }
    usize size_of_slots() const { return static_cast<usize>(search_.slots) * sizeof(long); }

    const Program& program_;
    const Search& search_;
    long* best_;
    bool matched_ = false;
    Threads lists_[2];
    Threads *now_ = &lists_[0], *next_ = &lists_[1];
    Array<long> visited_;  // the last position at which a step was followed
    Array<long> work_;
    Array<Task> tasks_;
};

}  // namespace

Outcome run(const Program& program, const Search& search, long* best) {
    return Machine(program, search, best).run();
}

}  // namespace regex
