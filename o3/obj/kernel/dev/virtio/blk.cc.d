o3/obj/kernel/dev/virtio/blk.cc.o: kernel/dev/virtio/blk.cc \
 kernel/dev/virtio/blk.h kernel/dev/block.h kernel/abi/fs.h \
 kernel/lib/result.h kernel/lib/errno.h kernel/lib/types.h \
 kernel/abi/errno.def kernel/dev/virtio/mmio.h \
 kernel/dev/virtio/mmio_hw.h kernel/dev/mmio.h kernel/dev/virtio/queue.h \
 kernel/mm/layout.h kernel/abi/param.h kernel/mm/layout_asm.h \
 kernel/lib/log.h kernel/lib/panic.h kernel/mm/kalloc.h \
 kernel/sync/wait_queue.h kernel/lib/list.h kernel/lib/time.h \
 kernel/sync/spinlock.h kernel/arch/riscv.h kernel/lib/annotations.h \
 kernel/lib/lock_rank.h kernel/sync/lock_debug.h kernel/arch/hart.h
kernel/dev/virtio/blk.h:
kernel/dev/block.h:
kernel/abi/fs.h:
kernel/lib/result.h:
kernel/lib/errno.h:
kernel/lib/types.h:
kernel/abi/errno.def:
kernel/dev/virtio/mmio.h:
kernel/dev/virtio/mmio_hw.h:
kernel/dev/mmio.h:
kernel/dev/virtio/queue.h:
kernel/mm/layout.h:
kernel/abi/param.h:
kernel/mm/layout_asm.h:
kernel/lib/log.h:
kernel/lib/panic.h:
kernel/mm/kalloc.h:
kernel/sync/wait_queue.h:
kernel/lib/list.h:
kernel/lib/time.h:
kernel/sync/spinlock.h:
kernel/arch/riscv.h:
kernel/lib/annotations.h:
kernel/lib/lock_rank.h:
kernel/sync/lock_debug.h:
kernel/arch/hart.h:
