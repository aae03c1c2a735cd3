o3/obj/kernel/dev/pci.cc.o: kernel/dev/pci.cc kernel/dev/pci.h \
 kernel/lib/types.h
kernel/dev/pci.h:
kernel/lib/types.h:
