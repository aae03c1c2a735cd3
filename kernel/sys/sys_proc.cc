// The system calls for processes, memory and time.
#include "sys/sys_proc.h"

#include "abi/param.h"
#include "abi/vm.h"
#include "abi/wait.h"
#include "fs/file_table.h"
#include "fs/fs.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "mm/uaccess.h"
#include "proc/clock.h"
#include "proc/job_control.h"
#include "proc/sched.h"
#include "proc/wall_clock.h"
#include "sys/exec.h"
#include "sys/netctl.h"
#include "sys/signals.h"
#include "sys/sys_calls.h"

namespace {

constexpr Duration kTick = milliseconds(100);  // xv6's unit of time

// Owns a process that is not yet in the tree, with its files; frees it unless it is started.
class NewProcess {
  public:
    explicit NewProcess(Process* p) : p_(p) {}
    ~NewProcess() {
        if (!p_) return;
        if (p_->files) fs::FileTable::destroy(p_->files);
        process_free(p_);
    }
    NewProcess(const NewProcess&) = delete;
    NewProcess& operator=(const NewProcess&) = delete;
    Process* operator->() const { return p_; }
    Process* started() { return std::exchange(p_, nullptr); }

  private:
    Process* p_;
};

// Copies in the strings of argv, up to its null pointer.
Result<> copy_in_strings(Arguments& to, UserAddr list) {
    for (usize i = 0;; i++) {
        uptr text;
        TRY(mm::copy_in(&text, list + i * sizeof text, sizeof text));
        if (!text) return {};
        TRY(to.add_from_user({text}));
    }
}

// A null environment is an empty one.
Result<i64> exec_from_user(UserAddr user_path, UserAddr argv, UserAddr environment) {
    char path[MAXPATH];
    TRY(mm::copy_in_string(path, user_path, sizeof path));
    Arguments arguments = TRY(Arguments::create());
    TRY(copy_in_strings(arguments, argv));
    arguments.begin_environment();
    if (environment.value) TRY(copy_in_strings(arguments, environment));
    return exec(current_process(), path, arguments);
}

}  // namespace

[[noreturn]] static void end(ChildEvent::Kind how, int value) {
    Process& p = current_process();
    fs::FileTable::destroy(process_take_files(p));
    fs::release_cwd(p);
    process_exit(how, value);
}

void exit_process(int status) { end(ChildEvent::Kind::Exited, status); }
void exit_by_signal(int number) { end(ChildEvent::Kind::Killed, number); }

void start_first_process(void (*run)(void*)) {
    Result<Process*> p = process_alloc();
    Result<fs::FileTable*> files = fs::FileTable::create();
    if (!p.ok() || !files.ok()) panic("no memory for the first process");
    open_netctl(*files.value());
    p.value()->files = files.value();
    p.value()->thread.run = run;
    memcpy(p.value()->name, "boot", sizeof "boot");
    process_start(p.value(), nullptr);
}

void run_program(Process& p, const char* path) {
    Result<Arguments> arguments = Arguments::create();
    if (!arguments.ok() || !arguments.value().add(path).ok()) panic("no memory for the first program");
    const Result<i64> loaded = exec(p, path, arguments.value());
    if (!loaded.ok()) panic("cannot run %s from the disk: %s", path, describe(loaded.error()));
}

Result<i64> sys_fork(const SyscallArgs&) {
    Process& parent = current_process();
    NewProcess child(TRY(process_alloc()));
    child->space = TRY(mm::Space::create());
    TRY(child->space->copy_from(*parent.space, parent.trap_frame().sp));
    child->files = TRY(fs::FileTable::create());
    TRY(parent.files->clone_into(*child->files));
    fs::share_cwd(parent, *child.operator->());
    child->trap_frame() = parent.trap_frame();
    child->trap_frame().a[0] = 0;
    if (arch::this_hart().float_on) arch::float_save(parent.floating);
    child->floating = parent.floating;
    child->umask = parent.umask;
    memcpy(child->name, parent.name, sizeof parent.name);
    return process_start(child.started(), &parent);
}

Result<i64> sys_exit(const SyscallArgs& a) { exit_process(a.num(0)); }

// xv6's: the status is what the child has passed to exit(), -1 if it was killed, and 130 after Ctrl-C, as in
// POSIX's shells.
Result<i64> sys_wait(const SyscallArgs& a) {
    const ChildEvent child = TRY(process_wait({}));
    int status = child.value;
    if (child.kind == ChildEvent::Kind::Killed) status = child.value == SIGINT ? 128 + SIGINT : -1;
    if (a.addr(0).value) TRY(mm::copy_out(a.addr(0), &status, sizeof status));
    return child.pid;
}

// POSIX's status of a child (abi/wait.h).
static int wait_status(const ChildEvent& child) {
    switch (child.kind) {
        case ChildEvent::Kind::Killed: return child.value;
        case ChildEvent::Kind::Stopped: return child.value << 8 | 0x7f;
        case ChildEvent::Kind::Continued: return 0xffff;
        default: return (child.value & 0xff) << 8;
    }
}

Result<i64> sys_waitpid(const SyscallArgs& a) {
    const int options = a.num(2);
    if (options & ~(WNOHANG | WUNTRACED | WCONTINUED)) return Errno::Inval;
    const WaitFor what{.which = a.num(0),
                       .stopped = (options & WUNTRACED) != 0,
                       .continued = (options & WCONTINUED) != 0,
                       .wait = !(options & WNOHANG)};
    const ChildEvent child = TRY(process_wait(what));
    const int status = wait_status(child);
    if (child.pid && a.addr(1).value) TRY(mm::copy_out(a.addr(1), &status, sizeof status));
    return child.pid;
}

// xv6's: no signal can be chosen. As in POSIX, a number below -1 is a process group.
Result<i64> sys_kill(const SyscallArgs& a) {
    const int pid = a.num(0);
    if (pid == 0 || pid == -1) return Errno::Srch;
    TRY(process_send(pid, SIGKILL, false));
    return 0;
}

Result<i64> sys_exec(const SyscallArgs& a) { return exec_from_user(a.addr(0), a.addr(1), {}); }
Result<i64> sys_execve(const SyscallArgs& a) { return exec_from_user(a.addr(0), a.addr(1), a.addr(2)); }

Result<i64> sys_getpid(const SyscallArgs&) { return current_process().pid; }
Result<i64> sys_getppid(const SyscallArgs&) {
    return current_process().parent_pid.load(std::memory_order_relaxed);
}

Result<i64> sys_sbrk(const SyscallArgs& a) {
    return static_cast<i64>(TRY(current_process().space->grow(a.num(0), a.num(1) == SBRK_LAZY)));
}

// Only the deadline or a signal ends this sleep.
static Result<i64> sleep_for(Duration d) {
    static constinit SpinLock lock(LockRank::Process, "sleep");
    static constinit WaitQueue sleepers("time");
    if (d.ns <= 0) return 0;
    const Instant until = deadline_of_call(d);
    Guard g(lock);
    const Result<> r = sleepers.wait_until(lock, until);
    if (r.error() != Errno::Intr) return 0;
    keep_deadline(until);
    return Errno::Intr;
}

Result<i64> sys_sleep(const SyscallArgs& a) { return sleep_for(kTick * a.num(0)); }
Result<i64> sys_nanosleep(const SyscallArgs& a) { return sleep_for({static_cast<i64>(a.word(0))}); }

Result<i64> sys_uptime(const SyscallArgs&) {
    return static_cast<i64>(clock_now().ns / static_cast<u64>(kTick.ns));
}
// Nanoseconds since 1970.
Result<i64> sys_walltime(const SyscallArgs&) { return static_cast<i64>(wall_time()); }

Result<i64> sys_nanouptime(const SyscallArgs&) { return static_cast<i64>(clock_now().ns); }
