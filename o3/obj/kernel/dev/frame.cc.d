o3/obj/kernel/dev/frame.cc.o: kernel/dev/frame.cc kernel/dev/frame.h \
 kernel/net/core/mbuf.h kernel/lib/types.h kernel/net/core/netdev.h \
 kernel/lib/result.h kernel/lib/errno.h kernel/abi/errno.def \
 kernel/net/wire/ether.h kernel/net/wire/addr.h kernel/lib/endian.h \
 kernel/lib/string.h
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
kernel/lib/string.h:
