o3/obj/kernel/fs/file.cc.o: kernel/fs/file.cc kernel/fs/file.h \
 kernel/lib/poll.h kernel/lib/list.h kernel/lib/types.h kernel/lib/ref.h \
 kernel/lib/result.h kernel/lib/errno.h kernel/abi/errno.def \
 kernel/abi/param.h kernel/fs/pool.h kernel/lib/slab.h kernel/mm/kalloc.h \
 kernel/sync/spinlock.h kernel/arch/riscv.h kernel/lib/annotations.h \
 kernel/lib/lock_rank.h kernel/sync/lock_debug.h kernel/arch/hart.h \
 kernel/mm/layout_asm.h kernel/lib/panic.h
kernel/fs/file.h:
kernel/lib/poll.h:
kernel/lib/list.h:
kernel/lib/types.h:
kernel/lib/ref.h:
kernel/lib/result.h:
kernel/lib/errno.h:
kernel/abi/errno.def:
kernel/abi/param.h:
kernel/fs/pool.h:
kernel/lib/slab.h:
kernel/mm/kalloc.h:
kernel/sync/spinlock.h:
kernel/arch/riscv.h:
kernel/lib/annotations.h:
kernel/lib/lock_rank.h:
kernel/sync/lock_debug.h:
kernel/arch/hart.h:
kernel/mm/layout_asm.h:
kernel/lib/panic.h:
