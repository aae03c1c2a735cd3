// What netlist() tells about sockets, in words.
#pragma once

const char* protocol_name(unsigned protocol);  // "tcp"
const char* tcp_state_name(unsigned state);    // "ESTABLISHED"; "" for 0, which other protocols have
const char* tcp_timer_name(unsigned timer);    // "keepalive"

// "10.0.2.15:80", with * for what is open; returns text.
char* socket_end_text(unsigned ip, unsigned port, char (&text)[24]);
