#include "sys/boot.h"

#include "abi/devices.h"
#include "arch/hart.h"
#include "dev/console.h"
#include "dev/virtio/blk.h"
#include "fs/device.h"
#include "fs/fs.h"
#include "lib/log.h"
#include "lib/panic.h"
#include "lib/random.h"
#include "mm/layout.h"
#include "proc/sched.h"
#include "sys/boot_arguments.h"
#include "sys/provoke.h"
#include "sys/sys_proc.h"

namespace {
constinit arch::MachineInfo info;
}

const arch::MachineInfo& machine() { return info; }
u8* boot_ram_begin() { return reinterpret_cast<u8*>(mm::kernel_end); }
u8* boot_ram_end() { return static_cast<u8*>(mm::virt_of(info.ram_end)); }

void boot_read_machine(u64 device_tree) {
    const auto* tree = static_cast<const u8*>(mm::virt_of(device_tree));
    if (!arch::fdt_parse({tree, arch::fdt_size(tree)}, info))
        panic("invalid device tree at %#lx", device_tree);
    if (info.ram_start != RAM_BASE)
        panic("RAM starts at %#lx, not at %#x: use QEMU's virt machine", info.ram_start, RAM_BASE);
    info.ram_end = mm::round_down(info.ram_end);
    arch::hart_count = info.harts < arch::kMaxHarts ? info.harts : arch::kMaxHarts;
    random_seed(info.rng_seed);
}

namespace {

void open_console() {
    char size[16];
    unsigned columns, rows;
    if (boot_argument("terminal", size, sizeof size) && parse_terminal_size(size, columns, rows))
        dev::console_set_size(columns, rows);
    fs::device_register(DEV_CONSOLE, {dev::console_read, dev::console_write, dev::console_poll,
                                      dev::console_unwatch, dev::console_ioctl});
}

// Runs in a thread, because mounting the file system waits for the disk.
void first_process(void* process) {
    dev::BlockDevice* disk = dev::virtio_blk_probe();
    if (!disk) panic("no virtio disk: start QEMU with `make qemu`, or add -device virtio-blk-device");
    fs::mount_root(*disk);
    open_console();
    provoke();  // only in a debug build
    run_program(*static_cast<Process*>(process), "/init");
    process_enter_user_mode(process);
}

}  // namespace

void boot_first_process() { start_first_process(first_process); }

void boot_start_harts() {
    auto* msip = static_cast<volatile u32*>(mm::virt_of(CLINT_BASE));
    arch::fence_before_io();  // the other harts must see the initialised data
    for (unsigned i = 1; i < arch::hart_count; i++) msip[i] = 1;
}

extern "C" void switch_context(Context* save, const Context* load);

void boot_become_idle() {
    Thread* idle = kthread_make("idle", nullptr, nullptr);
    if (!idle) panic("no memory for an idle thread");
    arch::Hart& hart = arch::this_hart();
    hart.idle = hart.current = idle;
    idle->state = ThreadState::Running;
    idle->hart = static_cast<u8>(hart.id);
    idle->context.sp = idle->stack.top - 16;
    idle->context.begin_with([] { scheduler.idle_loop(); });
    Context boot_stack;  // never resumed
    switch_context(&boot_stack, &idle->context);
    __builtin_unreachable();
}
