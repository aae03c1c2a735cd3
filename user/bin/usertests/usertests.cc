// usertests: does the kernel withstand programs that do everything wrong? Runs a table of tests, each in a
// process of its own with a deadline; after each, no resource may be lost. The tests are in
// user/bin/usertests/.
#include "kit.h"

namespace {

using namespace usertests;

const char kUsage[] =
    "usertests [-l] [-q] [NAME...]      runs all tests, or those named; status 0 only if all pass\n"
    "  -l  lists the tests      -q  quick: fewer repetitions\n"
    "  The kernel prints which programs it killed: these tests expect that.";

const Test kTests[] = {
    {"sources", "bad pointers to read from", test_bad_sources, 10},
    {"targets", "bad pointers to write to", test_bad_targets, 10},
    {"paths", "bad pointers to paths", test_bad_paths, 10},
    {"argv", "bad argument vectors", test_bad_argv, 20},
    {"straddle", "buffers that end in unmapped memory", test_straddle, 10},
    {"read-only", "reads into the program's text", test_read_only, 10},
    {"copies", "copies of each length, with page faults on the way", test_copies, 30},
    {"lengths", "lengths below zero and beyond memory", test_lengths, 10},
    {"unknown", "system calls that do not exist", test_unknown_calls, 10},
    {"fds", "descriptors that are not open, or of the wrong kind", test_descriptors, 10},
    {"fd-limit", "no descriptor left", test_descriptor_limit, 10},
    {"file-limit", "no open file left in the system", test_file_limit, 20},
    {"numbers", "numbers out of range", test_odd_numbers, 10},
    {"ioctl", "requests, at each kind of file", test_requests, 10},
    {"interfaces", "requests for network interfaces", test_interface_requests, 10},
    {"sbrk", "the heap grows and shrinks", test_sbrk, 30},
    {"sbrk-limits", "a heap too large, and one below zero", test_sbrk_limits, 20},
    {"lazy", "a heap whose pages are allocated on first use", test_lazy, 30},
    {"no-memory", "every call while there is no page left", test_memory_gone, 30},
    {"code-pages", "memory that held programs, while there is no other", test_memory_of_code, 30},
    {"fork-oom", "fork and exec while there is no page left", test_fork_without_memory, 60},
    {"eaters", "processes that compete for the last page", test_many_eaters, 90},
    {"forked", "parent, child and grandchild write to the pages that they share", test_forked_memory, 20},
    {"forked-calls", "system calls that write to such pages", test_forked_stores, 20},
    {"fork-much", "fork and exec of a program with most of the memory", test_fork_of_much, 20},
    {"copy-oom", "stores to shared pages while there is no page left", test_copies_without_memory, 60},
    {"copy-races", "many processes that write to the same pages", test_copy_races, 60},
    {"memory", "loads and stores at unmapped and forbidden addresses", test_forbidden_memory, 20},
    {"jumps", "jumps to data, null, and the kernel", test_forbidden_jumps, 20},
    {"instructions", "privileged and illegal instructions", test_forbidden_instructions, 20},
    {"overflow", "a stack that overflows", test_stack_overflow, 20},
    {"stack", "the stack's size and its guard page", test_stack_size, 10},
    {"fork-limit", "as many processes as the system allows", test_fork_limit, 60},
    {"status", "exit statuses", test_exit_status, 10},
    {"orphans", "children that outlive their parents", test_orphans, 60},
    {"kill", "pids that do not exist or must not be killed", test_kill_numbers, 10},
    {"kill-group", "all processes of a group, and nobody else", test_kill_group, 15},
    {"kill-races", "kill against fork, exec, exit and wait", test_kill_races, 120},
    {"kill-blocked", "a kill of processes blocked in each kind of wait", test_kill_blocked, 30},
    {"wait-races", "many processes that wait and exit at once", test_wait_races, 60},
    {"programs", "files that are not programs", test_bad_programs, 30},
    {"exec-races", "exec of a file that changes", test_exec_races, 60},
    {"arguments", "arguments up to the limit", test_arguments, 20},
    {"pipe-ends", "pipes without readers or writers", test_pipe_ends, 10},
    {"pipe-crowd", "many writers and readers of one pipe", test_pipe_crowd, 60},
    {"pipe-close", "the last writer ends while readers wait", test_pipe_closed_under_readers, 30},
    {"poll-all", "poll of all descriptors a process may have", test_poll_all, 20},
    {"poll-sets", "polls of many files, which change", test_poll_sets, 90},
    {"poll-wakeups", "polls of many files, one of which another process changes", test_poll_wakeups, 30},
    {"names", "names of every kind", test_names, 20},
    {"folder-gone", "the current directory is removed", test_folder_gone, 20},
    {"unlinked", "a file without a name", test_unlinked_file, 20},
    {"large-file", "a file with indirect blocks", test_large_file, 60},
    {"offsets", "offsets, sizes and statuses", test_offsets, 20},
    {"rename-races", "directories that move into each other", test_rename_races, 60},
    {"one-name", "many processes use one file name", test_one_name, 60},
    {"full-disk", "a disk that is full", test_full_disk, 180},
    {"no-inodes", "no inode left", test_no_inodes, 120},
    {"deep", "deeply nested directories", test_deep_folders, 60},
    {"sock-args", "bad pointers to the socket calls", test_socket_pointers, 20},
    {"sock-fds", "socket calls on other files", test_socket_descriptors, 10},
    {"sock-numbers", "numbers out of range for socket calls", test_socket_numbers, 10},
    {"streams", "streams in the wrong state", test_stream_states, 20},
    {"datagrams", "datagram sockets in the wrong state", test_datagram_states, 10},
    {"messages", "bad messages, ranges and descriptors in messages", test_messages, 20},
    {"options", "socket options that are invalid, too short or unknown", test_socket_options, 10},
    {"sock-kill", "a kill of processes blocked in socket calls", test_kill_socket_calls, 30},
    {"sock-wake", "waits that the peer ends", test_socket_wakeups, 30},
    {"sock-share", "one listener in four processes", test_shared_listener, 30},
    {"sock-limits", "no socket left, of each kind", test_socket_exhaustion, 60},
    {"sockets", "sockets closed, shared and killed during a read", test_socket_races, 30},
    {"socket-limit", "no socket left", test_socket_limit, 30},
    {"sig-numbers", "signals and processes that do not exist", test_signal_numbers, 10},
    {"sig-waits", "a signal during each blocking call", test_signals_in_waits, 60},
    {"sig-sockets", "a signal during each blocking socket call", test_signals_in_socket_waits, 60},
    {"sig-frames", "handlers and frames at wrong addresses", test_signal_frames, 60},
    {"sig-stubborn", "handlers that fault, and programs that block everything", test_stubborn_handlers, 20},
    {"sig-alarms", "an alarm every millisecond", test_alarms, 20},
    {"sig-stops", "stop and continue against fork, wait and kill", test_stop_races, 60},
    {"mbufs", "answers that no process reads", test_mbufs, 120},
};

Usage before;

void remember_usage() { before = usage(); }

bool check_usage(bool passed) {
    if (passed) return nothing_lost(before);
    kill_stragglers();
    return false;
}

}  // namespace

int main(int argc, char** argv) {
    return run_suite({.usage = kUsage,
                      .tests = kTests,
                      .count = sizeof kTests / sizeof kTests[0],
                      .before = remember_usage,
                      .after = check_usage},
                     argc, argv);
}
