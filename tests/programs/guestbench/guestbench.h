/* The parts of guestbench, and what they share. */
#pragma once

#include <netinet/in.h>
#include <stddef.h>

/* A mark for tests/bench/instructions.c, a plugin of QEMU: an instruction without effect. */
#if defined(__riscv)
#define MARK(n) __asm__ volatile("slti zero, zero, %0" : : "i"(n) : "memory")
#else
#define MARK(n) (void)0
#endif

/* What is between begin() and end() is measured: the plugin counts its instructions. */
void begin(void);
/* Nanoseconds since begin(). */
long long elapsed(void);
/* Prints of how many operations each figure is the mean. */
void end(long operations);

/* Prints a line "name value unit". */
void print(const char* name, double value, const char* unit);
/* Ends the program with a message. */
void fail(const char* what);

/* A socket of this type that is connected to HOST PORT; recv() on a datagram socket waits for at most this
 * many milliseconds. */
int open_datagram(char** host_port, int milliseconds);
int open_stream(char** host_port);

/* Room for what is sent and received: there once a socket is open. It is not static, so that fork has less to
 * copy. */
enum { ROOM = 1 << 16 };
extern char* data;
void make_room(void);

/* The measurements. Each gets the words behind its name. */
void first_reply(char** words);
void udp_send(char** words);
void udp_echo(char** words);
void udp_receive(char** words);
void udp_senders(char** words);
void udp_loopback(char** words);
void tcp_send(char** words);
void tcp_receive(char** words);
void tcp_echo(char** words);
void tcp_connect(char** words);
void tcp_loopback(char** words);
void call_getppid(char** words);
void call_fork(char** words);
void call_exec(char** words);
void call_poll(char** words);
