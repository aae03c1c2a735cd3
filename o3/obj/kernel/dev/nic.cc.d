o3/obj/kernel/dev/nic.cc.o: kernel/dev/nic.cc kernel/dev/nic.h \
 kernel/dev/rx_thread.h kernel/dev/rx_watch.h kernel/lib/types.h \
 kernel/lib/result.h kernel/lib/errno.h kernel/abi/errno.def \
 kernel/sync/spinlock.h kernel/arch/riscv.h kernel/lib/annotations.h \
 kernel/lib/lock_rank.h kernel/sync/lock_debug.h kernel/arch/hart.h \
 kernel/abi/param.h kernel/mm/layout_asm.h kernel/lib/panic.h \
 kernel/sync/wait_queue.h kernel/lib/list.h kernel/lib/time.h \
 kernel/net/core/netdev.h kernel/net/core/mbuf.h kernel/net/wire/ether.h \
 kernel/net/wire/addr.h kernel/lib/endian.h kernel/dev/e1000.h \
 kernel/dev/e1000_hw.h kernel/dev/e1000_ring.h kernel/dev/e1000_regs.h \
 kernel/dev/frame.h kernel/mm/layout.h kernel/dev/mmio.h kernel/dev/pci.h \
 kernel/dev/virtio/net.h kernel/dev/virtio/mmio.h \
 kernel/dev/virtio/mmio_hw.h kernel/dev/virtio/queue.h \
 kernel/dev/virtio/net_rx.h kernel/dev/virtio/net_header.h \
 kernel/dev/virtio/net_tx.h kernel/lib/log.h
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
kernel/dev/e1000.h:
kernel/dev/e1000_hw.h:
kernel/dev/e1000_ring.h:
kernel/dev/e1000_regs.h:
kernel/dev/frame.h:
kernel/mm/layout.h:
kernel/dev/mmio.h:
kernel/dev/pci.h:
kernel/dev/virtio/net.h:
kernel/dev/virtio/mmio.h:
kernel/dev/virtio/mmio_hw.h:
kernel/dev/virtio/queue.h:
kernel/dev/virtio/net_rx.h:
kernel/dev/virtio/net_header.h:
kernel/dev/virtio/net_tx.h:
kernel/lib/log.h:
