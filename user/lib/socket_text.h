// The entries of netlist() about sockets as text.
#pragma once

const char* protocol_name(unsigned protocol);  // "tcp"
const char* tcp_state_name(unsigned state);    // "ESTABLISHED"; "" for 0 (UDP and ICMP)
const char* tcp_timer_name(unsigned timer);    // "keepalive"

// "10.0.2.15:80", with * for any address or port; returns text.
char* socket_end_text(unsigned ip, unsigned port, char (&text)[24]);
