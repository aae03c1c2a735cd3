/* lwIP's options for the contest: its defaults, without threads, with all checksums, and with room for 10,000
 * sockets and for a window as large as nx6's. */
#pragma once

#define NO_SYS               1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN         0
#define LWIP_SOCKET          0
#define LWIP_STATS           0
#define LWIP_NETIF_LOOPBACK  0
#define LWIP_NOASSERT        1

#define ETHARP_SUPPORT_STATIC_ENTRIES 1

#define MEM_ALIGNMENT           8
#define MEM_SIZE                (64 << 20)
#define MEMP_NUM_UDP_PCB        10100
#define MEMP_NUM_TCP_PCB        10100
#define MEMP_NUM_TCP_PCB_LISTEN 8
#define MEMP_NUM_TCP_SEG        8192
#define PBUF_POOL_SIZE          4096
#define PBUF_POOL_BUFSIZE       1600

#define TCP_MSS            1460
#define TCP_WND            (44 * TCP_MSS)
#define TCP_SND_BUF        (44 * TCP_MSS)
#define TCP_SND_QUEUELEN   400
#define TCP_LISTEN_BACKLOG 0
