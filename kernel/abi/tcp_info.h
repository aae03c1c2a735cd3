/* What getsockopt(TCP_INFO) tells about one connection. Plain C. Times in microseconds, sizes in bytes. */
#pragma once

/* tcpi_state: RFC 9293 section 3.3.2, Linux's numbers */
enum {
    TCP_ESTABLISHED = 1,
    TCP_SYN_SENT,
    TCP_SYN_RECV,
    TCP_FIN_WAIT1,
    TCP_FIN_WAIT2,
    TCP_TIME_WAIT,
    TCP_CLOSE,
    TCP_CLOSE_WAIT,
    TCP_LAST_ACK,
    TCP_LISTEN,
    TCP_CLOSING
};

struct tcp_info {
    unsigned char tcpi_state;
    unsigned char tcpi_retransmits; /* of the oldest unacknowledged segment, in a row */
    unsigned char tcpi_backoff;
    unsigned char tcpi_options; /* TCPI_OPT_* */
    unsigned int tcpi_rto;
    unsigned int tcpi_rtt; /* smoothed round-trip time */
    unsigned int tcpi_rttvar;
    unsigned int tcpi_snd_mss;
    unsigned int tcpi_rcv_mss;
    unsigned int tcpi_snd_cwnd; /* bytes */
    unsigned int tcpi_snd_ssthresh;
    unsigned int tcpi_snd_wnd;       /* what the peer lets us send */
    unsigned int tcpi_rcv_wnd;       /* what we let the peer send */
    unsigned int tcpi_unacked;       /* bytes sent and not acknowledged */
    unsigned int tcpi_notsent;       /* bytes that wait to be sent */
    unsigned int tcpi_rcv_queue;     /* bytes that wait for a read */
    unsigned int tcpi_total_retrans; /* segments sent again, ever */
    unsigned int tcpi_pmtu;
    unsigned long tcpi_bytes_sent;
    unsigned long tcpi_bytes_received;
    unsigned int tcpi_timer;    /* TCP_TIMER_*: what happens next by the clock */
    unsigned int tcpi_timer_us; /* how soon */
};

enum {
    TCP_TIMER_NONE = 0,
    TCP_TIMER_RETRANSMIT, /* a segment is sent again */
    TCP_TIMER_PERSIST,    /* a closed window is probed */
    TCP_TIMER_ACK,        /* a delayed acknowledgment goes out */
    TCP_TIMER_KEEPALIVE,
    TCP_TIMER_FINAL,  /* TIME-WAIT or FIN-WAIT-2 ends */
    TCP_TIMER_RESEND, /* the device had no room: it is tried again */
    TCP_TIMER_RACK /* a segment that others have overtaken is looked at again, or a tail loss probe is sent */
};

#define TCPI_OPT_TIMESTAMPS 1
#define TCPI_OPT_SACK       2
#define TCPI_OPT_WSCALE     4
