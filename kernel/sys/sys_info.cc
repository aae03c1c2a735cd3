// The information calls about machine and kernel, and poweroff.
#include "abi/info.h"
#include "abi/param.h"
#include "dev/nic.h"
#include "dev/power.h"
#include "fs/file.h"
#include "lib/string.h"
#include "mm/kalloc.h"
#include "mm/layout.h"
#include "mm/uaccess.h"
#include "net/core/mbuf.h"
#include "proc/process.h"
#include "proc/sched.h"
#include "sys/boot_arguments.h"
#include "sys/network.h"
#include "sys/sys_calls.h"

Result<i64> sys_meminfo(const SyscallArgs& a) {
    for (dev::Nic* nic : dev::nics()) nic->reclaim();
    net::VsockDevice* vsock = network().vsock().device();
    u64 in_devices = vsock ? vsock->mbufs_held() : 0;
    for (const dev::Nic* nic : dev::nics()) in_devices += nic->mbufs_held();
    const net::MbufUsage mbufs = net::mbuf_usage();
    meminfo info{};
    info.kernel_bytes = static_cast<u64>(mm::kernel_end - mm::kernel_begin);
    info.total_bytes = info.kernel_bytes + mm::pages_total() * mm::kPageSize;
    info.free_bytes = mm::pages_free() * mm::kPageSize;
    info.mbufs_total = mbufs.total;
    info.mbufs_free = mbufs.free;
    info.mbufs_ring = in_devices;
    info.processes = process_count();
    info.open_files = fs::files_in_use();
    info.sockets = network().sockets_in_use();
    info.mbufs_fragments = network().reassembly().fragments();
    info.time_wait_bytes = network().tcp().time_wait_bytes();
    TRY(mm::copy_out(a.addr(0), &info, sizeof info));
    return 0;
}

Result<i64> sys_cpuinfo(const SyscallArgs& a) {
    cpuinfo info{};
    info.harts = arch::hart_count;
    for (unsigned i = 0; i < arch::hart_count; i++) {
        info.idle[i] = arch::harts[i].idle_cycles;
        info.polling[i] = arch::harts[i].poll_cycles;
    }
    info.now = arch::read_cycle();
    TRY(mm::copy_out(a.addr(0), &info, sizeof info));
    return 0;
}

namespace {

void copy_text(char* to, usize room, const char* from) {
    const usize n = strnlen(from, room - 1);
    memcpy(to, from, n);
    to[n] = '\0';
}

int state_of(const Process& p, ThreadState s) {
    if (p.zombie) return PROC_ZOMBIE;
    return s == ThreadState::Running    ? PROC_RUNNING
           : s == ThreadState::Sleeping ? PROC_SLEEPING
                                        : PROC_RUNNABLE;
}

procinfo describe_process(const Process& p) {
    const Scheduler::View view = scheduler.view(p.thread);
    procinfo info{};
    info.pid = p.pid;
    info.parent = p.parent ? p.parent->pid : 0;
    info.state = state_of(p, view.state);
    info.hart = static_cast<int>(view.hart);
    info.bytes = p.space && !p.zombie ? p.space->mapped_bytes() : 0;
    info.cpu_us = view.run_time / (arch::kTimebaseHz / 1'000'000);
    copy_text(info.name, sizeof info.name, p.name);
    copy_text(info.waiting_for, sizeof info.waiting_for, view.waiting_for);
    return info;
}

// One page of entries, filled while the process tree is locked and copied out afterwards.
struct ProcessList {
    static constexpr usize kRoom = mm::kPageSize / sizeof(procinfo);
    procinfo* entries;
    usize count = 0;
    usize skip = 0;  // processes already copied out

    static void add(const Process& p, void* context) {
        auto* list = static_cast<ProcessList*>(context);
        if (list->skip)
            list->skip--;
        else if (list->count < kRoom)
            list->entries[list->count++] = describe_process(p);
    }
};

}  // namespace

Result<i64> sys_procinfo(const SyscallArgs& a) {
    if (a.num(1) < 0) return Errno::Inval;
    const auto wanted = static_cast<usize>(a.num(1));
    auto* page = static_cast<procinfo*>(mm::page_alloc());
    if (!page) return Errno::NoMem;
    usize told = 0;
    Result<> copied;
    while (told < wanted && copied.ok()) {
        ProcessList list{page, 0, told};
        process_visit(ProcessList::add, &list);
        if (list.count > wanted - told) list.count = wanted - told;
        if (list.count == 0) break;
        copied = mm::copy_out(a.addr(0) + told * sizeof(procinfo), page, list.count * sizeof(procinfo));
        told += list.count;
    }
    mm::page_free(page);
    if (!copied.ok()) return copied.error();
    return static_cast<i64>(told);
}

Result<i64> sys_bootarg(const SyscallArgs& a) {
    char name[32];
    char value[256];
    TRY(mm::copy_in_string(name, a.addr(0), sizeof name));
    const usize room = TRY(a.length(2));
    if (!boot_argument(name, value, sizeof value)) return Errno::NoEnt;
    const usize n = strlen(value);
    if (n + 1 > room) return Errno::NameTooLong;
    TRY(mm::copy_out(a.addr(1), value, n + 1));
    return static_cast<i64>(n);
}

Result<i64> sys_poweroff(const SyscallArgs& a) { dev::power_off(a.num(0)); }
