// Shared by the tests of nettests: the address of the host, exchanges with a deadline, and failures that say
// what to do. suite/suite.h says what a test is.
#pragma once

#include "suite/kit.h"

namespace nettests {

using namespace suite;

struct Setup {
    uint32 host = 0;    // boot argument host=, by default 10.0.2.2
    uint16 server = 0;  // server=: the UDP echo peer of `make server`
    uint16 dns = 0;     // dns=: its DNS responder
    char host_text[16] = {};
};
extern Setup setup;

inline constexpr int kAnswerMs = 2000;
inline constexpr int kLargest = 9000;  // of the datagrams that are exchanged

// A UDP socket to that port of the host, whose reads time out after kAnswerMs; negative after fail().
int open_udp(uint16 remote_port, uint16 local_port = 0);
inline int open_server() { return open_udp(setup.server); }
// The same, once the server has answered.
int open_answering_server();

// Sends one datagram; false after fail().
bool send(int fd, const void* data, int n);
// Receives one datagram: its length, which may be 0, or negative after fail().
int receive(int fd, void* buffer, int size);
// Sends one datagram, which must come back unchanged.
bool echo(int fd, const void* data, int n);
// Asks the server for n datagrams of `size` bytes, each beginning with its index, big-endian.
bool ask_for_burst(int fd, int n, int size);

// fail() with what the counters tell of the reason (diagnosis.cc). `what`, such as "no answer from ...", is
// missing; `error` is the failed call's.
bool fail_unanswered(const char* what, int error);
bool fail_unanswered_by_host(uint16 port, int error);
// Since remember_counters(): has the stack dropped an ICMP error because of its source address?
bool refusal_was_dropped();
void remember_counters();  // at the start of each test

// Forks n children that run `job(i)`; true if all return true, else the first failure's reason is stored.
bool in_processes(int n, bool (*job)(int));

// The tests, by file.
bool test_ping();
bool test_ping_100();
bool test_ping_10_processes();
bool test_sizes();
bool test_burst();
bool test_overflow();
bool test_readers();
bool test_dns();
bool test_dns_unknown();
bool test_gateway();
bool test_unreachable();
bool test_timeout();
bool test_kill();
bool test_arguments();
bool test_descriptors();
bool test_share();
bool test_sockets_back();
bool test_mbufs_back();
bool test_pages_back();
void remember_usage();  // before the first test: the *_back tests compare with it

}  // namespace nettests
