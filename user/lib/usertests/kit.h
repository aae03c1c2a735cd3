// Shared by the tests of usertests: raw system calls, invalid addresses, and children whose exit status is
// checked. suite.h says what a test is. It must not leak a page, process, open file, socket or mbuf.
#pragma once

#include "suite/suite.h"

namespace usertests {

using namespace suite;

// `got` must be `want`, which is an error negated, such as -EFAULT, or a result. `what` names the call.
bool expect(const char* what, long got, long want);

// A system call with any number and any arguments.
long call(long number, long a0 = 0, long a1 = 0, long a2 = 0, long a3 = 0, long a4 = 0, long a5 = 0);
enum CallNumber {
#define SYSCALL(number, name, ...) kCall_##name = number,
#include "abi/syscalls.def"
#undef SYSCALL
    kCallsEnd  // one more than the last
};

// Addresses that no program may use, each for a different reason.
struct BadAddress {
    const char* what;
    unsigned long at;
};
constexpr int kBadAddresses = 13;
const BadAddress* bad_addresses();
inline void* pointer(unsigned long at) { return reinterpret_cast<void*>(at); }

// The last byte of the heap, with nothing mapped behind it.
char* last_byte();

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

// A random generator: the same seed gives the same numbers on every machine.
class Draw {
  public:
    explicit Draw(u64 seed) : state_(seed * 0x9e37'79b9'7f4a'7c15 + 1) {}
    u64 next() {  // xorshift64*
        state_ ^= state_ >> 12, state_ ^= state_ << 25, state_ ^= state_ >> 27;
        return state_ * 0x2545'f491'4f6c'dd1d;
    }
    unsigned below(unsigned n) { return static_cast<unsigned>((next() >> 32) % n); }

  private:
    u64 state_;
};

// The resources in use that a program could leak.
struct Usage {
    unsigned long bytes, mbufs, processes, files, sockets;
    bool operator==(const Usage&) const = default;
};
Usage usage();
bool nothing_lost(const Usage& before);  // within a short time: processes free their resources when they end

// Kills processes of this program whose parents were killed: they are init's children now, and would
// continue.
void kill_stragglers();

// The tests, by file.
// pointers.cc
bool test_bad_sources();
bool test_bad_targets();
bool test_bad_paths();
bool test_bad_argv();
bool test_straddle();
bool test_read_only();
// numbers.cc
bool test_lengths();
bool test_unknown_calls();
bool test_descriptors();
bool test_descriptor_limit();
bool test_file_limit();
bool test_odd_numbers();
// requests.cc
bool test_requests();
bool test_interface_requests();
// memory.cc
bool test_sbrk();
bool test_sbrk_limits();
bool test_lazy();
bool test_memory_gone();
bool test_fork_without_memory();
bool test_many_eaters();
// traps.cc
bool test_forbidden_memory();
bool test_forbidden_jumps();
bool test_forbidden_instructions();
bool test_stack_overflow();
bool test_stack_size();
// processes.cc
bool test_fork_limit();
bool test_exit_status();
bool test_orphans();
bool test_kill_numbers();
bool test_kill_group();
bool test_kill_races();
bool test_kill_blocked();
bool test_wait_races();
// programs.cc
bool test_bad_programs();
bool test_exec_races();
bool test_arguments();
// pipes.cc
bool test_pipe_ends();
bool test_pipe_crowd();
bool test_pipe_closed_under_readers();
bool test_poll_all();
// files.cc
bool test_names();
bool test_folder_gone();
bool test_unlinked_file();
bool test_large_file();
bool test_one_name();
bool test_full_disk();
bool test_no_inodes();
bool test_deep_folders();
// socket_arguments.cc
bool test_socket_pointers();
bool test_socket_descriptors();
bool test_socket_numbers();
// socket_states.cc
bool test_stream_states();
bool test_datagram_states();
bool test_socket_options();
// socket_waits.cc
bool test_kill_socket_calls();
bool test_socket_wakeups();
bool test_shared_listener();
bool test_socket_exhaustion();
// messages.cc
bool test_messages();
// signals.cc
bool test_signals_in_waits();
bool test_signals_in_socket_waits();
bool test_alarms();
// signal_frames.cc
bool test_signal_frames();
bool test_stubborn_handlers();
bool test_stop_races();
bool test_signal_numbers();
// sockets.cc
bool test_socket_races();
bool test_socket_limit();
bool test_mbufs();

}  // namespace usertests
