#include "many.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <map>
#include <mutex>

#include "apart.h"

namespace sim {
namespace {

constexpr unsigned kMostProcesses = 64;
constexpr u64 kNone = ~u64{0};

// What one worker tells the parent; in memory that both share.
struct Slot {
    std::atomic<u64> seed{kNone};  // that it runs
    Totals totals;
    u64 failed_seed = kNone;
    char why[500] = {};
};

struct Board {
    std::atomic<u64> next{0}, done{0};
    std::atomic<bool> stop{false};
    Slot slots[kMostProcesses];
};

Board& new_board() {
    void* memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return *new (memory) Board;
}

void run_seeds(const Range& range, Board& board, Slot& mine) {
    for (u64 i; !board.stop && (i = board.next++) < range.count;) {
        mine.seed = range.first + i;
        limit_run_time();
        const Verdict v = run(generate(mine.seed));
        mine.totals.add(v.totals);
        if (!v.ok()) {
            mine.failed_seed = mine.seed;
            std::snprintf(mine.why, sizeof mine.why, "%s", v.why.c_str());
            board.stop = true;
        }
        const u64 done = ++board.done;
        if (range.progress && done % 1000 == 0) std::fprintf(stderr, "%lu seeds\n", done);
    }
    mine.seed = kNone;
}

pid_t start(const Range& range, Board& board, Slot& mine) {
    const pid_t child = fork();
    if (child != 0) return child;
    run_seeds(range, board, mine);
    std::fflush(nullptr);
    _exit(0);
}

}  // namespace

std::optional<Failure> run_many(const Range& range, Totals& totals) {
    Board& board = new_board();
    std::map<pid_t, Slot*> running;
    for (unsigned i = 0; i < std::min(range.processes, kMostProcesses); i++)
        running[start(range, board, board.slots[i])] = &board.slots[i];
    std::optional<Failure> first;
    const auto note = [&first](u64 seed, const std::string& why) {
        if (!first || seed < first->seed) first = {seed, why};
    };
    for (const auto& [child, slot] : running) {
        int status = 0;
        waitpid(child, &status, 0);
        totals.add(slot->totals);
        if (slot->failed_seed != kNone) note(slot->failed_seed, slot->why);
        if (status == 0) continue;
        board.stop = true;
        note(slot->seed, describe_end(status));
    }
    munmap(&board, sizeof board);
    return first;
}

}  // namespace sim
