o3/obj/kernel/dev/log.cc.o: kernel/dev/log.cc kernel/lib/log.h \
 kernel/dev/uart.h kernel/lib/types.h kernel/lib/format.h
kernel/lib/log.h:
kernel/dev/uart.h:
kernel/lib/types.h:
kernel/lib/format.h:
