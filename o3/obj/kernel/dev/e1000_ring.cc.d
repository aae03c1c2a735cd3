o3/obj/kernel/dev/e1000_ring.cc.o: kernel/dev/e1000_ring.cc \
 kernel/dev/e1000_ring.h kernel/dev/e1000_regs.h kernel/lib/types.h \
 kernel/dev/frame.h kernel/net/core/mbuf.h kernel/net/core/netdev.h \
 kernel/lib/result.h kernel/lib/errno.h kernel/abi/errno.def \
 kernel/net/wire/ether.h kernel/net/wire/addr.h kernel/lib/endian.h \
 kernel/dev/rx_watch.h kernel/mm/layout.h kernel/abi/param.h \
 kernel/mm/layout_asm.h kernel/dev/mmio.h kernel/lib/string.h
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
kernel/lib/string.h:
