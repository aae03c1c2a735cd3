o3/obj/kernel/dev/virtio/vsock_queues.cc.o: \
 kernel/dev/virtio/vsock_queues.cc kernel/dev/virtio/vsock_queues.h \
 kernel/dev/virtio/queue.h kernel/lib/result.h kernel/lib/errno.h \
 kernel/lib/types.h kernel/abi/errno.def kernel/mm/layout.h \
 kernel/abi/param.h kernel/mm/layout_asm.h kernel/net/core/mbuf.h \
 kernel/net/vsock/device.h kernel/net/wire/vsock.h kernel/lib/endian.h \
 kernel/lib/panic.h
kernel/dev/virtio/vsock_queues.h:
kernel/dev/virtio/queue.h:
kernel/lib/result.h:
kernel/lib/errno.h:
kernel/lib/types.h:
kernel/abi/errno.def:
kernel/mm/layout.h:
kernel/abi/param.h:
kernel/mm/layout_asm.h:
kernel/net/core/mbuf.h:
kernel/net/vsock/device.h:
kernel/net/wire/vsock.h:
kernel/lib/endian.h:
kernel/lib/panic.h:
