/* lwIP's side of the contest, over its raw interface, without an operating system (NO_SYS). One stack with
 * two cards, which are connected: a connection goes from OURS to BACK. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contest.h"
#include "frames.h"
#include "lwip/etharp.h"
#include "lwip/init.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"
#include "lwip/udp.h"
#include "netif/ethernet.h"

enum { SLOTS = 1024, ROOM = 2048 };
#define BACK_BYTES 10, 0, 1, 1

static struct netif ours, back;
static const uint8_t back_mac[6] = {2, 0, 0, 0, 0, 2};
static uint8_t slots[SLOTS][ROOM], sent[ROOM], program[65536], data[65536];
static struct {
    struct netif* to;
    uint16_t length;
} queued[SLOTS];
static unsigned head, tail, received; /* of the slots; datagrams or segments that the program has got */
static size_t received_bytes;
static int connected;
static uint32_t ticks;

uint32_t sys_now(void) { return ++ticks / 1000; }

/* Only frames from OURS to BACK and the other way go through the slots; the peer's are kept in `sent`. */
static err_t transmit(struct netif* from, struct pbuf* p) {
    if (!connected) {
        pbuf_copy_partial(p, sent, ROOM, 0);
        return ERR_OK;
    }
    if (tail - head == SLOTS) contest_fail("lwIP", "too many frames on the way");
    queued[tail % SLOTS].length = pbuf_copy_partial(p, slots[tail % SLOTS], ROOM, 0);
    queued[tail++ % SLOTS].to = from == &ours ? &back : &ours;
    return ERR_OK;
}

static void arrive(struct netif* at, const uint8_t* frame, int length) {
    struct pbuf* p = pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_POOL);
    if (!p) contest_fail("lwIP", "out of memory");
    pbuf_take(p, frame, (u16_t)length);
    if (at->input(p, at) != ERR_OK) pbuf_free(p);
}

static int pump(void) {
    int any = 0;
    for (; head != tail; head++, any = 1)
        arrive(queued[head % SLOTS].to, slots[head % SLOTS], queued[head % SLOTS].length);
    return any;
}

static err_t start_card(struct netif* n) {
    n->name[0] = 'm', n->name[1] = '0';
    n->output = etharp_output, n->linkoutput = transmit;
    n->mtu = 1500, n->hwaddr_len = 6;
    memcpy(n->hwaddr, n == &ours ? OUR_MAC : back_mac, 6);
    n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

static void add_card(struct netif* n, int b0, int b1, int b2, int b3) {
    ip4_addr_t address, mask, gateway;
    IP4_ADDR(&address, b0, b1, b2, b3);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 0, 0, 0, 0);
    netif_add(n, &address, &mask, &gateway, NULL, start_card, ethernet_input);
    netif_set_up(n);
}

static void add_neighbour(int b0, int b1, int b2, int b3, const uint8_t* mac) {
    ip4_addr_t address;
    struct eth_addr e;
    IP4_ADDR(&address, b0, b1, b2, b3);
    memcpy(e.addr, mac, 6);
    etharp_add_static_entry(&address, &e);
}

static void start_once(void) {
    static int done;
    if (done++) return;
    lwip_init();
    add_card(&ours, 10, 0, 0, 1);
    add_card(&back, BACK_BYTES);
    netif_set_default(&ours);
    add_neighbour(10, 0, 0, 9, PEER_MAC);
    add_neighbour(10, 0, 0, 1, OUR_MAC);
    add_neighbour(BACK_BYTES, back_mac);
}

/* --- UDP --- */

static struct udp_pcb* sockets[MOST_COUNT];
static uint8_t (*frames)[ROOM];
static int lengths[3];

static void got_datagram(void* unused, struct udp_pcb* pcb, struct pbuf* p, const ip_addr_t* from,
                         u16_t port) {
    (void)unused, (void)pcb, (void)from, (void)port;
    received_bytes += pbuf_copy_partial(p, program, p->tot_len, 0);
    received++;
    pbuf_free(p);
}

static void open_sockets(int count) {
    ip_addr_t peer;
    IP4_ADDR(&peer, 10, 0, 0, 9);
    for (int i = 0; i < MOST_COUNT; i++) {
        if (sockets[i]) udp_remove(sockets[i]);
        sockets[i] = NULL;
    }
    for (int i = 0; i < count; i++) {
        sockets[i] = udp_new();
        udp_bind(sockets[i], IP_ADDR_ANY, (u16_t)(FIRST_PORT + i));
        udp_connect(sockets[i], &peer, PEER_PORT);
        udp_recv(sockets[i], got_datagram, NULL);
    }
}

static void make_fragments(void) {
    static uint8_t whole[4200];
    make_datagram(whole, 4000, FIRST_PORT);
    for (int i = 0, at = 0; i < 3; i++) {
        const int n = i < 2 ? 1480 : UDP + 4000 - 2 * 1480;
        memcpy(make_ip(frames[i], 17, n, (unsigned)(at / 8) | (i < 2 ? MORE_FRAGMENTS : 0)), whole + at,
               (size_t)n);
        lengths[i] = ETHER + IP + n;
        at += n;
    }
}

static void run_udp_in(const struct Work* w, long n) {
    static int next;
    const unsigned before = received;
    for (long i = 0; i < n; i++) {
        if (++next >= w->count) next = 0;
        arrive(&ours, frames[next], ETHER + IP + UDP + w->size);
    }
    if (received - before != n) contest_fail("lwIP", "a datagram was not received");
}

static void run_udp_out(const struct Work* w, long n) {
    for (long i = 0; i < n; i++) {
        struct pbuf* p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)w->size, PBUF_RAM);
        pbuf_take(p, program, (u16_t)w->size);
        if (udp_send(sockets[0], p) != ERR_OK) contest_fail("lwIP", "a datagram was not sent");
        pbuf_free(p);
    }
}

static void run_fragments(long n) {
    const unsigned before = received;
    for (long i = 0; i < n; i++)
        for (int k = 0; k < 3; k++) arrive(&ours, frames[k], lengths[k]);
    if (received - before != n) contest_fail("lwIP", "a datagram was not put together");
}

/* --- TCP from a peer that is only frames --- */

static struct tcp_pcb *listener, *accepted;
static struct {
    struct tcp_pcb* pcb;
    uint32_t seq, ack;
} connections[MOST_COUNT];

static err_t got_data(void* unused, struct tcp_pcb* pcb, struct pbuf* p, err_t error) {
    (void)unused, (void)error;
    if (!p) return ERR_OK;
    received_bytes += pbuf_copy_partial(p, program, p->tot_len, 0);
    received++;
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    return ERR_OK;
}

static err_t got_connection(void* unused, struct tcp_pcb* pcb, err_t error) {
    (void)unused, (void)error;
    tcp_recv(pcb, got_data);
    tcp_nagle_disable(pcb);
    accepted = pcb;
    return ERR_OK;
}

static void listen_once(void) {
    if (listener) return;
    listener = tcp_new();
    tcp_bind(listener, IP_ADDR_ANY, 80);
    listener = tcp_listen(listener);
    tcp_accept(listener, got_connection);
}

static void open_connections(int count, int size) {
    for (int i = 0; i < MOST_COUNT; i++) {
        if (connections[i].pcb) tcp_abort(connections[i].pcb);
        connections[i].pcb = NULL;
    }
    for (int i = 0; i < count; i++) {
        const unsigned port = (unsigned)(20000 + i);
        arrive(&ours, frames[0], make_tcp(frames[0], 0, port, 80, 1000, 0, SYN));
        connections[i].ack = get32(sent + ETHER + IP + 4) + 1;
        connections[i].seq = 1001;
        accepted = NULL;
        arrive(&ours, frames[0], make_tcp(frames[0], 0, port, 80, 1001, connections[i].ack, ACK));
        if (!(connections[i].pcb = accepted)) contest_fail("lwIP", "a connection was not accepted");
    }
    make_tcp(frames[0], size, 20000, 80, 0, 0, ACK | PSH);
}

static void run_tcp_in(const struct Work* w, long n) {
    static int next;
    const size_t before = received_bytes;
    for (long i = 0; i < n; i++) {
        if (++next >= w->count) next = 0;
        set_tcp(frames[0], (unsigned)(20000 + next), connections[next].seq, connections[next].ack);
        arrive(&ours, frames[0], ETHER + IP + TCP + w->size);
        connections[next].seq += (uint32_t)w->size;
    }
    if (received_bytes - before != (size_t)n * (size_t)w->size)
        contest_fail("lwIP", "a segment was not received");
}

/* --- TCP between both cards --- */

static struct tcp_pcb *client, *server;

static err_t established(void* unused, struct tcp_pcb* pcb, err_t error) {
    (void)unused, (void)pcb, (void)error;
    return ERR_OK;
}

static void connect_both(void) {
    ip_addr_t from, to;
    IP4_ADDR(&from, 10, 0, 0, 1);
    IP4_ADDR(&to, 10, 0, 1, 1);
    accepted = NULL;
    client = tcp_new();
    tcp_bind(client, &from, 0);
    tcp_nagle_disable(client);
    tcp_recv(client, got_data);
    tcp_connect(client, &to, 80, established);
    pump();
    if (!(server = accepted)) contest_fail("lwIP", "cannot connect");
}

static void abort_both(void) {
    if (client) tcp_abort(client);
    pump();
    client = server = NULL;
}

static void run_bulk(long n) {
    const size_t total = (size_t)n * SEGMENT, before = received_bytes;
    for (size_t written = 0; received_bytes - before < total;) {
        while (written < total) {
            size_t piece = total - written < 8192 ? total - written : 8192;
            if (piece > tcp_sndbuf(client)) piece = tcp_sndbuf(client);
            if (piece == 0 || tcp_write(client, data, (u16_t)piece, TCP_WRITE_FLAG_COPY) != ERR_OK) break;
            written += piece;
        }
        tcp_output(client);
        if (!pump()) tcp_tmr();
    }
}

static void send_byte(struct tcp_pcb* from) {
    const unsigned before = received;
    tcp_write(from, data, 1, TCP_WRITE_FLAG_COPY);
    tcp_output(from);
    pump();
    if (received == before) contest_fail("lwIP", "a byte was not received");
}

static void run_ping(long n) {
    for (long i = 0; i < n; i++) {
        send_byte(client);
        send_byte(server);
    }
}

static void run_connect(long n) {
    for (long i = 0; i < n; i++) {
        connect_both();
        abort_both();
    }
}

static int start(const struct Work* w) {
    start_once();
    frames = realloc(frames, (size_t)MOST_COUNT * ROOM);
    connected = 0;
    abort_both();
    open_sockets(0);
    listen_once();
    open_connections(0, 0);
    head = tail;
    connected = w->what >= TCP_BULK;
    if (w->what <= FRAGMENTS) open_sockets(w->count);
    if (w->what == UDP_IN)
        for (int i = 0; i < w->count; i++) make_udp(frames[i], w->size, (unsigned)(FIRST_PORT + i));
    if (w->what == FRAGMENTS) make_fragments();
    if (w->what == TCP_IN) open_connections(w->count, w->size);
    if (w->what == TCP_BULK || w->what == TCP_PING) connect_both();
    return 1;
}

static void run(const struct Work* w, long n) {
    switch (w->what) {
        case UDP_IN: run_udp_in(w, n); break;
        case UDP_OUT: run_udp_out(w, n); break;
        case FRAGMENTS: run_fragments(n); break;
        case TCP_IN: run_tcp_in(w, n); break;
        case TCP_BULK: run_bulk(n); break;
        case TCP_PING: run_ping(n); break;
        case TCP_CONNECT: run_connect(n); break;
    }
}

const struct Contestant lwip_stack = {start, run};
