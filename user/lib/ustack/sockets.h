// The socket calls of a program on its own stack, with the arguments and the errors of the kernel's calls.
//
// - A call that may wait runs the event loop meanwhile; one that would fail with Again runs it once, and then
//   tries again: so a program that never waits still receives.
// - What a call has prepared to send goes to the kernel at its end: finish().
#pragma once

#include "abi/poll.h"
#include "abi/socket.h"
#include "ustack/files.h"
#include "ustack/stack.h"

namespace ustack {

class Sockets {
  public:
    explicit Sockets(Stack& stack) : stack_(stack), files_(stack.device().fd()) {}

    // TCP and UDP are ours; the kernel serves everything else.
    static bool serves(int domain, int type, int protocol);

    Files& files() { return files_; }
    Stack& stack() { return stack_; }

    Result<i64> open(int type, int protocol);
    Result<i64> bind(File& f, const void* address, i32 length);
    Result<i64> listen(File& f, int backlog);
    Result<i64> accept(File& f, void* address, i32* length, int flags);
    Result<i64> connect(File& f, const void* address, i32 length);
    Result<i64> send(File& f, const void* data, usize n, int flags, const void* address, i32 length);
    Result<i64> receive(File& f, void* data, usize n, int flags, void* address, i32* length);
    // Several ranges as one message (messages.cc). Control data are only for AF_UNIX.
    Result<i64> send_message(File& f, const msghdr& m, int flags);
    Result<i64> receive_message(File& f, msghdr& m, int flags);
    Result<i64> shutdown(File& f, int how);
    Result<i64> local(File& f, void* address, i32* length);
    Result<i64> remote(File& f, void* address, i32* length);
    Result<i64> set_option(File& f, int level, int name, const void* value, i32 length);
    Result<i64> get_option(File& f, int level, int name, void* value, i32* length);
    // For receiving; 0: none. Inval: negative.
    Result<i64> set_timeout(File& f, int ms);
    Result<i64> ioctl(File& f, u32 request, void* argument);
    // F_GETFL and F_SETFL; other commands are about the descriptor, which is the kernel's.
    Result<i64> fcntl(File& f, int command, int argument);
    Result<i64> duplicate(File& f);
    Result<i64> duplicate_to(File& f, int wanted);
    Result<i64> close(int fd);

    // poll() of this stack's and the kernel's descriptors. Returns how many are ready, or a negative error.
    int poll(pollfd* fds, usize n, Instant deadline);

    // At the end of a call.
    void finish() { stack_.device().flush(); }
    // At the end of the program: closes all sockets, and waits until their data have arrived.
    void close_all();

  private:
    Result<i64> install(const Ref<net::Socket>& socket, net::IpProtocol protocol, int flags);
    Result<> bind_to(File& f, const net::InetAddr& to);
    Result<> want_port(File& f);
    // poll.cc
    struct Seen {
        int ready = 0;      // of our descriptors
        usize kernels = 0;  // descriptors of the kernel
    };
    Seen look(pollfd* fds, usize n);
    void take_answers(pollfd* fds, usize n);
    int poll_kernel(pollfd* fds, usize n, usize kernels, Instant deadline);

    Stack& stack_;
    Files files_;
    pollfd asked_[NOFILE + 1]{};  // of poll_kernel
};

}  // namespace ustack
