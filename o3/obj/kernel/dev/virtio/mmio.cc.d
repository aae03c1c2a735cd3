o3/obj/kernel/dev/virtio/mmio.cc.o: kernel/dev/virtio/mmio.cc \
 kernel/dev/virtio/mmio.h kernel/dev/virtio/mmio_hw.h kernel/dev/mmio.h \
 kernel/lib/types.h kernel/lib/result.h kernel/lib/errno.h \
 kernel/abi/errno.def kernel/dev/virtio/queue.h kernel/mm/layout.h \
 kernel/abi/param.h kernel/mm/layout_asm.h kernel/arch/plic.h \
 kernel/lib/log.h
kernel/dev/virtio/mmio.h:
kernel/dev/virtio/mmio_hw.h:
kernel/dev/mmio.h:
kernel/lib/types.h:
kernel/lib/result.h:
kernel/lib/errno.h:
kernel/abi/errno.def:
kernel/dev/virtio/queue.h:
kernel/mm/layout.h:
kernel/abi/param.h:
kernel/mm/layout_asm.h:
kernel/arch/plic.h:
kernel/lib/log.h:
