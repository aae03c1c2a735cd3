o3/obj/kernel/dev/virtio/vsock.cc.o: kernel/dev/virtio/vsock.cc \
 kernel/dev/virtio/vsock.h kernel/net/vsock/device.h kernel/lib/result.h \
 kernel/lib/errno.h kernel/lib/types.h kernel/abi/errno.def \
 kernel/net/core/mbuf.h kernel/net/wire/vsock.h kernel/lib/endian.h \
 kernel/dev/rx_thread.h kernel/dev/rx_watch.h kernel/sync/spinlock.h \
 kernel/arch/riscv.h kernel/lib/annotations.h kernel/lib/lock_rank.h \
 kernel/sync/lock_debug.h kernel/arch/hart.h kernel/abi/param.h \
 kernel/mm/layout_asm.h kernel/lib/panic.h kernel/sync/wait_queue.h \
 kernel/lib/list.h kernel/lib/time.h kernel/dev/virtio/mmio.h \
 kernel/dev/virtio/mmio_hw.h kernel/dev/mmio.h kernel/dev/virtio/queue.h \
 kernel/mm/layout.h kernel/dev/virtio/vsock_queues.h kernel/lib/log.h \
 kernel/mm/kalloc.h kernel/proc/clock.h kernel/proc/sched.h \
 kernel/proc/thread.h kernel/arch/trap.h kernel/lib/pairing_heap.h \
 kernel/mm/kstack.h kernel/proc/timer.h
kernel/dev/virtio/vsock.h:
kernel/net/vsock/device.h:
kernel/lib/result.h:
kernel/lib/errno.h:
kernel/lib/types.h:
kernel/abi/errno.def:
kernel/net/core/mbuf.h:
kernel/net/wire/vsock.h:
kernel/lib/endian.h:
kernel/dev/rx_thread.h:
kernel/dev/rx_watch.h:
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
kernel/dev/virtio/mmio.h:
kernel/dev/virtio/mmio_hw.h:
kernel/dev/mmio.h:
kernel/dev/virtio/queue.h:
kernel/mm/layout.h:
kernel/dev/virtio/vsock_queues.h:
kernel/lib/log.h:
kernel/mm/kalloc.h:
kernel/proc/clock.h:
kernel/proc/sched.h:
kernel/proc/thread.h:
kernel/arch/trap.h:
kernel/lib/pairing_heap.h:
kernel/mm/kstack.h:
kernel/proc/timer.h:
