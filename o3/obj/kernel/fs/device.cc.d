o3/obj/kernel/fs/device.cc.o: kernel/fs/device.cc kernel/fs/device.h \
 kernel/lib/poll.h kernel/lib/list.h kernel/lib/types.h \
 kernel/lib/result.h kernel/lib/errno.h kernel/abi/errno.def \
 kernel/abi/param.h kernel/lib/panic.h
kernel/fs/device.h:
kernel/lib/poll.h:
kernel/lib/list.h:
kernel/lib/types.h:
kernel/lib/result.h:
kernel/lib/errno.h:
kernel/abi/errno.def:
kernel/abi/param.h:
kernel/lib/panic.h:
