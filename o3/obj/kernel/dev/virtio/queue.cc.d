o3/obj/kernel/dev/virtio/queue.cc.o: kernel/dev/virtio/queue.cc \
 kernel/dev/virtio/queue.h kernel/lib/result.h kernel/lib/errno.h \
 kernel/lib/types.h kernel/abi/errno.def kernel/mm/layout.h \
 kernel/abi/param.h kernel/mm/layout_asm.h kernel/mm/kalloc.h
kernel/dev/virtio/queue.h:
kernel/lib/result.h:
kernel/lib/errno.h:
kernel/lib/types.h:
kernel/abi/errno.def:
kernel/mm/layout.h:
kernel/abi/param.h:
kernel/mm/layout_asm.h:
kernel/mm/kalloc.h:
