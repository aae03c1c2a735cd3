/* Information calls: memory, CPU, processes, interfaces. Plain C. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* meminfo(): use of memory. */
struct meminfo {
    unsigned long total_bytes;  /* all RAM, including the kernel's image */
    unsigned long kernel_bytes; /* the kernel's image */
    unsigned long free_bytes;   /* free pages, including those in per-hart caches */
    unsigned long mbufs_total;  /* mbufs allocated from pages so far, of 2048 bytes each */
    unsigned long mbufs_free;   /* of these, free */
    unsigned long mbufs_ring;   /* of those in use, the buffers in receive rings: constant after boot */
    unsigned long processes;
    unsigned long open_files; /* used entries of the system's file table */
    unsigned long sockets;
    /* Memory that no program holds; a timer frees it after at most one minute. */
    unsigned long mbufs_fragments; /* of the mbufs in use, IP fragments that wait for reassembly */
    unsigned long time_wait_bytes; /* memory of TCP connections in TIME-WAIT, and of TCP's table */
};

/* cpuinfo(): CPU load. In CPU cycles since boot, from the cycle CSR. */
struct cpuinfo {
    unsigned int harts;
    unsigned long now;        /* the calling hart's cycle CSR */
    unsigned long idle[8];    /* of each hart: cycles spent idle */
    unsigned long polling[8]; /* of these, cycles in which it looked for packets instead of waiting */
};

enum { PROC_SLEEPING = 1, PROC_RUNNABLE, PROC_RUNNING, PROC_ZOMBIE };

/* procinfo(array, n): one entry for each process; returns the number of entries. */
struct procinfo {
    int pid;
    int parent;           /* 0: none */
    int state;            /* PROC_* */
    int hart;             /* the hart it last ran on */
    unsigned long bytes;  /* user memory */
    unsigned long cpu_us; /* processor time used */
    char name[16];
    char waiting_for[16]; /* when sleeping: the wait queue's name */
};

/* ifinfo(index, info): one network interface; -ENODEV after the last. IPv4 addresses in host byte order:
 * 10.0.2.15 is 0x0a00020f. */
struct ifinfo {
    char name[8];
    unsigned char mac[6];
    unsigned char link_up;
    unsigned char prefix_length;
    unsigned int addr; /* 0: none */
    unsigned int gateway;
    unsigned int mtu; /* of the link: the longest IPv4 packet */
    unsigned int up;  /* 0: the interface is switched off */
    unsigned long rx_packets, rx_bytes, tx_packets, tx_bytes;
    unsigned long rx_no_mbuf, rx_bad, rx_missed, tx_ring_full, tx_bad, interrupts;
};

/* pktdump(mode, filter): sets how received packets are printed, and which: those that the filter matches; a
 * null pointer: all. Returns the old mode, with PKTDUMP_FILTERED added if there was a filter. A negative mode
 * changes nothing. -EINVAL: a wrong mode, or a filter that the verifier refuses; -EFAULT, -ENOMEM. */
enum { PKTDUMP_OFF = 0, PKTDUMP_BRIEF, PKTDUMP_FULL, PKTDUMP_FILTERED = 4 };

#ifdef __cplusplus
}
#endif
