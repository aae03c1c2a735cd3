/* getsockopt(TCP_INFO): the state of one connection. Plain C. Times in microseconds, sizes in bytes. */
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
    unsigned char tcpi_retransmits; /* consecutive, of the oldest unacknowledged segment */
    unsigned char tcpi_backoff;
    unsigned char tcpi_options; /* TCPI_OPT_* */
    unsigned int tcpi_rto;
    unsigned int tcpi_rtt; /* smoothed round-trip time */
    unsigned int tcpi_rttvar;
    unsigned int tcpi_snd_mss;
    unsigned int tcpi_rcv_mss;
    unsigned int tcpi_snd_cwnd; /* bytes */
    unsigned int tcpi_snd_ssthresh;
    unsigned int tcpi_snd_wnd;       /* the send window: what the peer accepts */
    unsigned int tcpi_rcv_wnd;       /* the receive window: what we accept */
    unsigned int tcpi_unacked;       /* bytes sent but not acknowledged */
    unsigned int tcpi_notsent;       /* bytes not yet sent */
    unsigned int tcpi_rcv_queue;     /* bytes not yet read by the program */
    unsigned int tcpi_total_retrans; /* segments retransmitted in all */
    unsigned int tcpi_pmtu;
    unsigned long tcpi_bytes_sent;
    unsigned long tcpi_bytes_received;
    unsigned int tcpi_timer;    /* TCP_TIMER_*: the next timer */
    unsigned int tcpi_timer_us; /* time until it expires */
};

enum {
    TCP_TIMER_NONE = 0,
    TCP_TIMER_RETRANSMIT, /* retransmission */
    TCP_TIMER_PERSIST,    /* zero-window probe */
    TCP_TIMER_ACK,        /* delayed ACK */
    TCP_TIMER_KEEPALIVE,
    TCP_TIMER_FINAL,  /* end of TIME-WAIT or FIN-WAIT-2 */
    TCP_TIMER_RESEND, /* retry after the device had no room */
    TCP_TIMER_RACK    /* RACK's reordering timer, or a tail loss probe */
};

#define TCPI_OPT_TIMESTAMPS 1
#define TCPI_OPT_SACK       2
#define TCPI_OPT_WSCALE     4
