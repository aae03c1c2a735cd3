o3/obj/kernel/dev/console.cc.o: kernel/dev/console.cc \
 kernel/dev/console.h kernel/lib/poll.h kernel/lib/list.h \
 kernel/lib/types.h kernel/lib/result.h kernel/lib/errno.h \
 kernel/abi/errno.def kernel/abi/poll.h kernel/dev/uart.h \
 kernel/lib/log.h kernel/lib/panic.h kernel/lib/string.h \
 kernel/mm/kalloc.h kernel/mm/uaccess.h kernel/proc/process.h \
 kernel/arch/float.h kernel/mm/vm.h kernel/arch/hart.h kernel/abi/param.h \
 kernel/arch/riscv.h kernel/mm/layout_asm.h kernel/mm/page_table.h \
 kernel/mm/layout.h kernel/proc/thread.h kernel/arch/trap.h \
 kernel/lib/pairing_heap.h kernel/lib/time.h kernel/mm/kstack.h \
 kernel/sync/wait_queue.h kernel/sync/spinlock.h kernel/lib/annotations.h \
 kernel/lib/lock_rank.h kernel/sync/lock_debug.h kernel/proc/sched.h
kernel/dev/console.h:
kernel/lib/poll.h:
kernel/lib/list.h:
kernel/lib/types.h:
kernel/lib/result.h:
kernel/lib/errno.h:
kernel/abi/errno.def:
kernel/abi/poll.h:
kernel/dev/uart.h:
kernel/lib/log.h:
kernel/lib/panic.h:
kernel/lib/string.h:
kernel/mm/kalloc.h:
kernel/mm/uaccess.h:
kernel/proc/process.h:
kernel/arch/float.h:
kernel/mm/vm.h:
kernel/arch/hart.h:
kernel/abi/param.h:
kernel/arch/riscv.h:
kernel/mm/layout_asm.h:
kernel/mm/page_table.h:
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
kernel/proc/sched.h:
