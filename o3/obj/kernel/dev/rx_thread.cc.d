o3/obj/kernel/dev/rx_thread.cc.o: kernel/dev/rx_thread.cc \
 kernel/dev/rx_thread.h kernel/dev/rx_watch.h kernel/lib/types.h \
 kernel/lib/result.h kernel/lib/errno.h kernel/abi/errno.def \
 kernel/sync/spinlock.h kernel/arch/riscv.h kernel/lib/annotations.h \
 kernel/lib/lock_rank.h kernel/sync/lock_debug.h kernel/arch/hart.h \
 kernel/abi/param.h kernel/mm/layout_asm.h kernel/lib/panic.h \
 kernel/sync/wait_queue.h kernel/lib/list.h kernel/lib/time.h \
 kernel/proc/sched.h kernel/proc/thread.h kernel/arch/trap.h \
 kernel/lib/pairing_heap.h kernel/mm/kstack.h
kernel/dev/rx_thread.h:
kernel/dev/rx_watch.h:
kernel/lib/types.h:
kernel/lib/result.h:
kernel/lib/errno.h:
kernel/abi/errno.def:
kernel/sync/spinlock.h:
kernel/arch/riscv.h:
kernel/lib/annotations.h:
kernel/lib/lock_rank.h:
kernel/sync/lock_debug.h:
kernel/arch/hart.h:
kernel/abi/param.h:
kernel/mm/layout_asm.h:
kernel/lib/panic.h:
kernel/sync/wait_queue.h:
kernel/lib/list.h:
kernel/lib/time.h:
kernel/proc/sched.h:
kernel/proc/thread.h:
kernel/arch/trap.h:
kernel/lib/pairing_heap.h:
kernel/mm/kstack.h:
