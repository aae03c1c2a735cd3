o3/obj/kernel/dev/panic.cc.o: kernel/dev/panic.cc kernel/lib/panic.h \
 kernel/arch/symbols.h kernel/lib/types.h kernel/dev/power.h \
 kernel/dev/uart.h kernel/lib/format.h kernel/proc/process.h \
 kernel/arch/float.h kernel/lib/list.h kernel/mm/vm.h kernel/arch/hart.h \
 kernel/abi/param.h kernel/arch/riscv.h kernel/mm/layout_asm.h \
 kernel/mm/page_table.h kernel/lib/result.h kernel/lib/errno.h \
 kernel/abi/errno.def kernel/mm/layout.h kernel/proc/thread.h \
 kernel/arch/trap.h kernel/lib/pairing_heap.h kernel/lib/time.h \
 kernel/mm/kstack.h kernel/sync/wait_queue.h kernel/sync/spinlock.h \
 kernel/lib/annotations.h kernel/lib/lock_rank.h kernel/sync/lock_debug.h
kernel/lib/panic.h:
kernel/arch/symbols.h:
kernel/lib/types.h:
kernel/dev/power.h:
kernel/dev/uart.h:
kernel/lib/format.h:
kernel/proc/process.h:
kernel/arch/float.h:
kernel/lib/list.h:
kernel/mm/vm.h:
kernel/arch/hart.h:
kernel/abi/param.h:
kernel/arch/riscv.h:
kernel/mm/layout_asm.h:
kernel/mm/page_table.h:
kernel/lib/result.h:
kernel/lib/errno.h:
kernel/abi/errno.def:
kernel/mm/layout.h:
kernel/proc/thread.h:
kernel/arch/trap.h:
kernel/lib/pairing_heap.h:
kernel/lib/time.h:
kernel/mm/kstack.h:
kernel/sync/wait_queue.h:
kernel/sync/spinlock.h:
kernel/lib/annotations.h:
kernel/lib/lock_rank.h:
kernel/sync/lock_debug.h:
