o3/obj/kernel/dev/e1000.cc.o: kernel/dev/e1000.cc kernel/dev/e1000.h \
 kernel/dev/e1000_hw.h kernel/dev/e1000_ring.h kernel/dev/e1000_regs.h \
 kernel/lib/types.h kernel/dev/frame.h kernel/net/core/mbuf.h \
 kernel/net/core/netdev.h kernel/lib/result.h kernel/lib/errno.h \
 kernel/abi/errno.def kernel/net/wire/ether.h kernel/net/wire/addr.h \
 kernel/lib/endian.h kernel/dev/rx_watch.h kernel/mm/layout.h \
 kernel/abi/param.h kernel/mm/layout_asm.h kernel/dev/mmio.h \
 kernel/dev/nic.h kernel/dev/rx_thread.h kernel/sync/spinlock.h \
 kernel/arch/riscv.h kernel/lib/annotations.h kernel/lib/lock_rank.h \
 kernel/sync/lock_debug.h kernel/arch/hart.h kernel/lib/panic.h \
 kernel/sync/wait_queue.h kernel/lib/list.h kernel/lib/time.h \
 kernel/dev/pci.h kernel/arch/plic.h kernel/lib/log.h kernel/mm/kalloc.h \
 kernel/proc/sched.h kernel/proc/thread.h kernel/arch/trap.h \
 kernel/lib/pairing_heap.h kernel/mm/kstack.h
kernel/dev/e1000.h:
kernel/dev/e1000_hw.h:
kernel/dev/e1000_ring.h:
kernel/dev/e1000_regs.h:
kernel/lib/types.h:
kernel/dev/frame.h:
kernel/net/core/mbuf.h:
kernel/net/core/netdev.h:
kernel/lib/result.h:
kernel/lib/errno.h:
kernel/abi/errno.def:
kernel/net/wire/ether.h:
kernel/net/wire/addr.h:
kernel/lib/endian.h:
kernel/dev/rx_watch.h:
kernel/mm/layout.h:
kernel/abi/param.h:
kernel/mm/layout_asm.h:
kernel/dev/mmio.h:
kernel/dev/nic.h:
kernel/dev/rx_thread.h:
kernel/sync/spinlock.h:
kernel/arch/riscv.h:
kernel/lib/annotations.h:
kernel/lib/lock_rank.h:
kernel/sync/lock_debug.h:
kernel/arch/hart.h:
kernel/lib/panic.h:
kernel/sync/wait_queue.h:
kernel/lib/list.h:
kernel/lib/time.h:
kernel/dev/pci.h:
kernel/arch/plic.h:
kernel/lib/log.h:
kernel/mm/kalloc.h:
kernel/proc/sched.h:
kernel/proc/thread.h:
kernel/arch/trap.h:
kernel/lib/pairing_heap.h:
kernel/mm/kstack.h:
