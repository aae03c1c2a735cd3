// The tests of usertests. suite/suite.h says what a test is. It must not leak a page, process, open file,
// socket or mbuf.
#pragma once

#include "suite/draw.h"
#include "suite/kit.h"
#include "suite/raw.h"
#include "suite/usage.h"

namespace usertests {

using namespace suite;

// The tests, by file.
// pointers.cc
bool test_bad_sources();
bool test_bad_targets();
bool test_bad_paths();
bool test_bad_argv();
bool test_straddle();
bool test_read_only();
// copies.cc
bool test_copies();
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
bool test_memory_of_code();
bool test_fork_without_memory();
bool test_many_eaters();
// forked_memory.cc
bool test_forked_memory();
bool test_forked_stores();
bool test_fork_of_much();
bool test_copies_without_memory();
bool test_copy_races();
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
// offsets.cc
bool test_offsets();
bool test_rename_races();
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
// poll_sets.cc
bool test_poll_sets();
bool test_poll_wakeups();
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
