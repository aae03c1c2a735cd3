o3/obj/kernel/dev/virtio/net_rx.cc.o: kernel/dev/virtio/net_rx.cc \
 kernel/dev/virtio/net_rx.h kernel/dev/frame.h kernel/net/core/mbuf.h \
 kernel/lib/types.h kernel/net/core/netdev.h kernel/lib/result.h \
 kernel/lib/errno.h kernel/abi/errno.def kernel/net/wire/ether.h \
 kernel/net/wire/addr.h kernel/lib/endian.h kernel/dev/rx_watch.h \
 kernel/dev/virtio/net_header.h kernel/dev/virtio/queue.h \
 kernel/mm/layout.h kernel/abi/param.h kernel/mm/layout_asm.h
kernel/dev/virtio/net_rx.h:
kernel/dev/frame.h:
kernel/net/core/mbuf.h:
kernel/lib/types.h:
kernel/net/core/netdev.h:
kernel/lib/result.h:
kernel/lib/errno.h:
kernel/abi/errno.def:
kernel/net/wire/ether.h:
kernel/net/wire/addr.h:
kernel/lib/endian.h:
kernel/dev/rx_watch.h:
kernel/dev/virtio/net_header.h:
kernel/dev/virtio/queue.h:
kernel/mm/layout.h:
kernel/abi/param.h:
kernel/mm/layout_asm.h:
