// Kit: what the tests of several test programs need: results that must be what they should be, children whose
// exit status is checked, pipes and files that are gone at the end of their scope.
#pragma once

#include "suite/suite.h"

namespace suite {

// `got` must be `want`, which is an error negated, such as -EFAULT, or a result. `what` names the call.
bool expect(const char* what, long got, long want);

// Runs `job` in a child and waits for it. Returns its exit status (kKilled: the kernel killed it), or
// kNoChild after fail(). The job ends the child by exit(), or by returning its status.
constexpr int kKilled = -1;
constexpr int kNoChild = -1000;
template <class Job>
int start(Job job) {
    const int pid = fork();
    if (pid == 0) exit(job());
    if (pid < 0) fail("fork: %s", strerror(pid));
    return pid;
}
int end_of(int pid);  // waits for this child; others that end meanwhile are reaped too
template <class Job>
int status_of(Job job) {
    const int pid = start(job);
    return pid < 0 ? kNoChild : end_of(pid);
}

bool comes_to_wait(int pid);  // whether it blocks in the kernel within 3 s
// Kills a child that waits for `what`, which must end at once; false after fail().
bool end_by_kill(int pid, const char* what);
template <class Job>
bool can_be_killed(const char* what, Job job) {
    const int pid = start([&] {
        job();
        return 5;
    });
    return pid >= 0 && end_by_kill(pid, what);
}

struct Pipe {
    int ends[2] = {-1, -1};
    Pipe() {
        const int result = pipe(ends);
        if (result < 0) fail("pipe: %s", strerror(result));
    }
    ~Pipe() { close_both(); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    bool ok() const { return ends[0] >= 0; }
    int reader() const { return ends[0]; }
    int writer() const { return ends[1]; }
    void close_reader() { shut(0); }
    void close_writer() { shut(1); }
    void close_both() { shut(0), shut(1); }

  private:
    void shut(int end) {
        if (ends[end] >= 0) close(ends[end]);
        ends[end] = -1;
    }
};

// Makes a file with these bytes in the current directory; false after fail().
bool make_file(const char* name, const void* bytes, int n);

// A file that is removed at the end of its scope.
struct Scratch {
    const char* name;
    explicit Scratch(const char* n) : name(n) { unlink(n); }
    ~Scratch() { unlink(name); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
};

// Removes a file, or a directory with all that is in it. It changes to each directory: the paths may be too
// long.
void remove_tree(const char* name);

}  // namespace suite
