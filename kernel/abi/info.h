/* What the kernel tells programs about itself. Plain C. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* meminfo(): where memory is. Pages of 4096 bytes. */
struct meminfo {
    unsigned long total_bytes;  /* RAM the machine has, kernel included */
    unsigned long kernel_bytes; /* of these, the kernel's image */
    unsigned long free_bytes;   /* pages nobody uses (per-hart caches count as free) */
    unsigned long mbufs_total;  /* mbufs ever made, of 2048 bytes each */
    unsigned long mbufs_free;   /* of these, in the pool */
    unsigned long mbufs_ring;   /* of those not free, waiting in receive rings: these are always out */
    unsigned long processes;
    unsigned long open_files; /* entries in use of the system's file table */
    unsigned long sockets;
    /* What nobody holds, and time alone gives back: after a minute at most. */
    unsigned long mbufs_fragments; /* of those not free, fragments that wait for the rest of their packet */
    unsigned long time_wait_bytes; /* of memory, for closed TCP connections in TIME-WAIT */
};

/* cpuinfo(): how busy the harts are. All in CPU cycles since boot, as rdcycle counts them on this hart. */
struct cpuinfo {
    unsigned int harts;
    unsigned long now;     /* rdcycle at this moment */
    unsigned long idle[8]; /* of each hart: spent waiting for an interrupt */
};

enum { PROC_SLEEPING = 1, PROC_RUNNABLE, PROC_RUNNING, PROC_ZOMBIE };

/* procinfo(array, n): one entry a process, the number of entries is returned. */
struct procinfo {
    int pid;
    int parent;           /* 0: none */
    int state;            /* PROC_* */
    int hart;             /* the last it ran on */
    unsigned long bytes;  /* of user memory */
    unsigned long cpu_us; /* processor time used */
    char name[16];
    char waiting_for[16]; /* when sleeping: what for */
};

/* ifinfo(index, info): one network interface; -ENODEV past the last. Addresses as numbers: 10.0.2.15 is
 * 0x0a00020f. */
struct ifinfo {
    char name[8];
    unsigned char mac[6];
    unsigned char link_up;
    unsigned char prefix_length;
    unsigned int addr;
    unsigned int gateway;
    unsigned int mtu; /* of the link: the longest IPv4 packet */
    unsigned long rx_packets, rx_bytes, tx_packets, tx_bytes;
    unsigned long rx_no_mbuf, rx_bad, rx_missed, tx_ring_full, tx_bad, interrupts;
};

/* pktdump(mode): how received packets are printed; the old mode is returned, a negative mode asks only. */
enum { PKTDUMP_OFF = 0, PKTDUMP_BRIEF, PKTDUMP_FULL };

#ifdef __cplusplus
}
#endif
