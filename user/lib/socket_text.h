// The entries of netlist() about sockets as text.
#pragma once

struct socket_entry;

const char* protocol_name(const struct socket_entry& s);  // "tcp"
const char* tcp_state_name(unsigned state);               // "ESTABLISHED"; "" for 0 (UDP and ICMP)
const char* tcp_timer_name(unsigned timer);               // "keepalive"

// "10.0.2.15:80", with * for any address or port; return text.
char* local_end_text(const struct socket_entry& s, char (&text)[24]);
char* remote_end_text(const struct socket_entry& s, char (&text)[24]);
