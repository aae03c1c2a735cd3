// All processes, their relations and their signals. Internal to the files that implement process.h and
// job_control.h.
#pragma once

#include "proc/job_control.h"
#include "proc/sched.h"

class ProcessTree {
  public:
    // process.cc: life and death.
    Result<> reserve();
    void unreserve();
    unsigned count() const { return count_; }
    int enter(Process* p, Process* parent);
    [[noreturn]] void exit(Process& p, ChildEvent::Kind how, int value) NO_THREAD_SAFETY;
    Result<ChildEvent> wait(Process& p, const WaitFor& what);
    mm::Space* become(Process& p, mm::Space* space, const char* name);
    fs::FileTable* take_files(Process& p);
    void visit(void (*each)(const Process&, void*), void* context);

    // groups.cc
    Result<> set_group(Process& caller, int pid, int group);
    Result<int> new_session(Process& caller);
    Result<ProcessIds> ids(Process& caller, int pid);
    int session_of(int group);

    // signals_send.cc
    Result<> send(Process& caller, int pid, int number, bool zombies);
    void signal_group(int group, int number);
    bool signal_fault(Process& p, const signal_info& info);
    Errno stop_background(Process& p, int number);

    // signals_receive.cc
    SignalTurn next_signal(Process& p);
    Signals::Delivery take_signal(Process& p, int number);
    template <class Change>
    auto with_signals(Process& p, Change change) {
        Guard g(lock_);
        const auto result = change(p.signals);
        note_deliverable_locked(p);
        return result;
    }
    Result<> suspend(Process& p, SignalSet mask);

    // alarm.cc
    Alarm alarm(const Process& p);
    void set_alarm(Process& p, const Alarm& alarm);
    void ring_alarms();

  private:
    int next_pid_locked() REQUIRES(lock_);
    Process* find_locked(int pid) REQUIRES(lock_);
    // A process of the group; null: there is none.
    Process* member_locked(int group) REQUIRES(lock_);
    // Whether no process connects the group with its session (POSIX XBD 3.264); `leaving` does not count.
    bool is_orphaned_locked(int group, const Process* leaving) REQUIRES(lock_);
    void leave_groups_locked(Process& p) REQUIRES(lock_);
    bool hand_to_init_locked(Process& p) REQUIRES(lock_);
    Process* find_changed_locked(Process& p, const WaitFor& what, bool& any) REQUIRES(lock_);

    void post_locked(Process& p, const signal_info& info) REQUIRES(lock_);
    void tell_parent_locked(Process& child, ChildEvent::Kind kind, int value) REQUIRES(lock_);
    void stop_locked(Process& p, int number) REQUIRES(lock_);
    void continue_locked(Process& p) REQUIRES(lock_);
    // Sets the flag that ends the waits of p, which is the current process.
    void note_deliverable_locked(Process& p) REQUIRES(lock_) {
        p.thread.interrupted = p.signals.deliverable() != 0;
    }

    SpinLock lock_{LockRank::Process, "processes"};
    List<Process, AllProcessesTag> all_ GUARDED_BY(lock_);
    Process* init_ = nullptr;
    static constexpr int kMaxPid = 0x7fff'ffff;
    int last_pid_ GUARDED_BY(lock_) = 0;
    bool counted_round_ GUARDED_BY(lock_) = false;
    unsigned count_ = 0;
    unsigned stopped_ GUARDED_BY(lock_) = 0;  // processes with stopped_by
    WaitQueue suspended_{"signal"};
};

extern ProcessTree process_tree;
