o3/obj/kernel/fs/dir.cc.o: kernel/fs/dir.cc kernel/fs/dir.h \
 kernel/fs/inode.h kernel/fs/io_buffer.h kernel/lib/result.h \
 kernel/lib/errno.h kernel/lib/types.h kernel/abi/errno.def \
 kernel/lib/string.h kernel/mm/uaccess.h kernel/fs/log.h kernel/fs/bio.h \
 kernel/dev/block.h kernel/abi/fs.h kernel/fs/pool.h kernel/lib/slab.h \
 kernel/lib/list.h kernel/mm/kalloc.h kernel/sync/spinlock.h \
 kernel/arch/riscv.h kernel/lib/annotations.h kernel/lib/lock_rank.h \
 kernel/sync/lock_debug.h kernel/arch/hart.h kernel/abi/param.h \
 kernel/mm/layout_asm.h kernel/lib/panic.h kernel/sync/sleeplock.h \
 kernel/sync/wait_queue.h kernel/lib/time.h kernel/lib/ref.h \
 kernel/fs/filesystem.h kernel/fs/inode_cache.h
kernel/fs/dir.h:
kernel/fs/inode.h:
kernel/fs/io_buffer.h:
kernel/lib/result.h:
kernel/lib/errno.h:
kernel/lib/types.h:
kernel/abi/errno.def:
kernel/lib/string.h:
kernel/mm/uaccess.h:
kernel/fs/log.h:
kernel/fs/bio.h:
kernel/dev/block.h:
kernel/abi/fs.h:
kernel/fs/pool.h:
kernel/lib/slab.h:
kernel/lib/list.h:
kernel/mm/kalloc.h:
kernel/sync/spinlock.h:
kernel/arch/riscv.h:
kernel/lib/annotations.h:
kernel/lib/lock_rank.h:
kernel/sync/lock_debug.h:
kernel/arch/hart.h:
kernel/abi/param.h:
kernel/mm/layout_asm.h:
kernel/lib/panic.h:
kernel/sync/sleeplock.h:
kernel/sync/wait_queue.h:
kernel/lib/time.h:
kernel/lib/ref.h:
kernel/fs/filesystem.h:
kernel/fs/inode_cache.h:
