o3/obj/kernel/dev/virtio/net.cc.o: kernel/dev/virtio/net.cc \
 kernel/dev/virtio/net.h kernel/dev/nic.h kernel/dev/rx_thread.h \
 kernel/dev/rx_watch.h kernel/lib/types.h kernel/lib/result.h \
 kernel/lib/errno.h kernel/abi/errno.def kernel/sync/spinlock.h \
 kernel/arch/riscv.h kernel/lib/annotations.h kernel/lib/lock_rank.h \
 kernel/sync/lock_debug.h kernel/arch/hart.h kernel/abi/param.h \
 kernel/mm/layout_asm.h kernel/lib/panic.h kernel/sync/wait_queue.h \
 kernel/lib/list.h kernel/lib/time.h kernel/net/core/netdev.h \
 kernel/net/core/mbuf.h kernel/net/wire/ether.h kernel/net/wire/addr.h \
 kernel/lib/endian.h kernel/dev/virtio/mmio.h kernel/dev/virtio/mmio_hw.h \
 kernel/dev/mmio.h kernel/dev/virtio/queue.h kernel/mm/layout.h \
 kernel/dev/virtio/net_rx.h kernel/dev/frame.h \
 kernel/dev/virtio/net_header.h kernel/dev/virtio/net_tx.h \
 kernel/lib/log.h kernel/lib/random.h kernel/lib/string.h \
 kernel/proc/sched.h kernel/proc/thread.h kernel/arch/trap.h \
 kernel/lib/pairing_heap.h kernel/mm/kstack.h
kernel/dev/virtio/net.h:
kernel/dev/nic.h:
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
kernel/net/core/netdev.h:
kernel/net/core/mbuf.h:
kernel/net/wire/ether.h:
kernel/net/wire/addr.h:
kernel/lib/endian.h:
kernel/dev/virtio/mmio.h:
kernel/dev/virtio/mmio_hw.h:
kernel/dev/mmio.h:
kernel/dev/virtio/queue.h:
kernel/mm/layout.h:
kernel/dev/virtio/net_rx.h:
kernel/dev/frame.h:
kernel/dev/virtio/net_header.h:
kernel/dev/virtio/net_tx.h:
kernel/lib/log.h:
kernel/lib/random.h:
kernel/lib/string.h:
kernel/proc/sched.h:
kernel/proc/thread.h:
kernel/arch/trap.h:
kernel/lib/pairing_heap.h:
kernel/mm/kstack.h:
