/* A packet channel: a file descriptor whose memory the kernel and one program share. Frames pass through two
 * rings without system calls. Plain C. abi/channel_ring.h has the functions that work on a ring.
 *
 *   mmap(NULL, channel_info.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) gives the program:
 *
 *     0            struct channel_memory: what the card is, and the indices of both rings
 *     receive_at   slots of the receive ring    the program lends empty buffers, the kernel returns frames
 *     transmit_at  slots of the transmit ring   the program hands over frames, the kernel returns the buffers
 *     buffers_at   buffers of CHANNEL_BUFFER bytes, at page boundaries in pairs
 *
 * In both rings the program posts requests and the kernel completes them, in order, in the same slot:
 *
 *        reaped        completed          posted
 *     -----|---------------|-----------------|-----     the indices count up and wrap at 2^32;
 *          | completed:    | posted: the     |          slot = index % slots, slots is a power of two
 *          | the program   | kernel's        |
 *          | may read it   |                 |
 *
 * At most `slots` requests may be posted and not yet reaped. A buffer belongs to the kernel from post to
 * completion; the kernel may read a posted frame at any time, and the program must not change it. If it does,
 * what is sent may be mixed, but never what the kernel's check refuses: it checks a private copy of the
 * headers, and sends this copy.
 *
 * The kernel reads `posted`, `reaped` and the slots once and checks them. Any impossible value (more than
 * `slots` requests, a buffer or range that does not exist) shuts the channel: poll() says POLLERR, and the
 * ports are free again.
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

enum {
    CHANNEL_MAGIC = 0x6e783663, /* "nx6c" */
    CHANNEL_VERSION = 1,
    CHANNEL_BUFFER = 2048,
    CHANNEL_MOST_PARTS = 64,     /* the maximum of slots for one frame */
    CHANNEL_MOST_SLOTS = 256,    /* of one ring: a page */
    CHANNEL_MOST_BUFFERS = 4096, /* of one channel: 8 MiB */
};

/* A request, and in its place the completion. */
struct channel_slot {
    unsigned int buffer;    /* the buffer's number */
    unsigned short offset;  /* where its bytes begin in the buffer */
    unsigned short length;  /* transmit: bytes. Receive: the room, and after completion the bytes received */
    unsigned short flags;   /* CHANNEL_MORE and so on */
    unsigned short segment; /* with CHANNEL_SEGMENTS: the payload bytes of each TCP segment */
    int status;             /* completion: 0, or an error of errno.h, negated */
};

/* flags */
enum {
    CHANNEL_MORE = 1,     /* the frame continues in the next slot */
    CHANNEL_CHECKSUM = 2, /* transmit: the card fills in the TCP checksum; the field holds the pseudo header's
                             sum. Receive: the TCP or UDP checksum need not be verified */
    CHANNEL_SEGMENTS = 4, /* transmit: the card cuts the TCP payload into segments of at least 64 bytes; the
                             pseudo header's sum is without the length. The payload must not be a multiple of
                             a segment: QEMU's E1000 would add an empty one. Includes CHANNEL_CHECKSUM */
};

/* status of a transmitted frame:
 *   0        it was sent
 *   -EPERM   refused: its source addresses or port are not those of the channel's claims
 *   -EINVAL  no valid frame (too short, unfinished, offload that the card cannot do)
 *   -EMSGSIZE  longer than the link's MTU
 *   -ENETDOWN  the interface is down
 *   -ENOBUFS   no memory for the copy of its headers; send it again */

/* One ring's indices. Each side writes a cache line of its own. */
struct channel_ring {
    unsigned int posted; /* written by the program */
    unsigned int reaped;
    unsigned int program_line[14];
    unsigned int completed; /* written by the kernel */
    unsigned int signal;    /* not 0: after posting, call ioctl(fd, CHANNEL_SIGNAL) or poll() */
    unsigned int kernel_line[14];
};

/* The first page. The kernel writes everything but the rings once, and never reads it. */
struct channel_memory {
    unsigned int magic, version;
    unsigned int bytes;                               /* of the whole memory */
    unsigned int slots;                               /* of each ring: a power of two */
    unsigned int buffers;                             /* how many */
    unsigned int receive_at, transmit_at, buffers_at; /* offsets */
    unsigned char mac[6];                             /* the card's address */
    unsigned short mtu;                               /* of the link: the longest frame without its header */
    unsigned int offload;   /* what transmit can do: CHANNEL_CHECKSUM, CHANNEL_SEGMENTS */
    unsigned char seed[16]; /* random bytes, which only the kernel and this program know */
    unsigned char reserved[4];
    struct channel_ring receive, transmit;
};

/* ioctl(fd, request, argument) of a channel. */
#define CHANNEL_SIGNAL 0x4e01 /* int*, ignored: the kernel takes what is posted in the transmit ring */
#define CHANNEL_INFO   0x4e02 /* struct channel_info* */
/* int*: not 0: a pure TCP ACK for a flow may be dropped if another one that arrives directly after it
 * acknowledges more, as if the network had lost the first. All other segments are kept: duplicate ACKs,
 * window updates, SACK blocks, data. 0, as in a new channel: the flows get every frame. */
#define CHANNEL_MERGE_ACKS 0x4e03

struct channel_counters {
    unsigned long received, received_bytes;
    unsigned long no_buffer; /* dropped: the program had posted no buffer, or too short ones */
    unsigned long sent, sent_bytes;
    unsigned long refused; /* -EPERM */
    unsigned long bad;     /* -EINVAL and -EMSGSIZE */
    unsigned long signals; /* CHANNEL_SIGNAL and poll() that found posted frames */
};

struct channel_info {
    unsigned long id; /* never used again for another channel */
    unsigned int bytes, slots, buffers;
    int interface; /* its index, as for ifinfo() */
    struct channel_counters counters;
};

#ifdef __cplusplus
}
#endif
