#include "sys/socket_file.h"

#include "abi/file_status.h"
#include "abi/socket.h"
#include "mm/uaccess.h"
#include "proc/process.h"
#include "sys/interface_ioctl.h"

namespace {

net::Socket& socket_of(fs::File& f) { return *static_cast<net::Socket*>(f.object); }

Result<i64> socket_read(fs::File& f, UserAddr to, usize n) {
    const int flags = f.nonblocking ? MSG_DONTWAIT : 0;
    return static_cast<i64>(TRY(socket_of(f).receive(to, n, flags, nullptr)));
}

Result<i64> socket_write(fs::File& f, UserAddr from, usize n) {
    const int flags = f.nonblocking ? MSG_DONTWAIT : 0;
    return static_cast<i64>(TRY(socket_of(f).send(from, n, flags, nullptr)));
}

Result<> socket_stat(fs::File&, file_status& answer) {
    answer.mode = S_IFSOCK | 0777;
    answer.nlink = 1;
    return {};
}

u32 socket_poll(fs::File& f, PollEntry* watch) { return socket_of(f).poll(watch); }
void socket_unwatch(fs::File& f, PollEntry& watch) { socket_of(f).unwatch(watch); }

Result<> socket_ioctl(fs::File& f, u32 request, UserAddr argument) {
    const Result<u32> answer = socket_of(f).ioctl(request);
    if (answer.error() == Errno::NotTty && socket_of(f).local().inet())
        return interface_ioctl(request, argument);
    if (!answer.ok()) return answer.error();
    return mm::copy_out(argument, &answer.value(), sizeof answer.value());
}

void do_not_linger(net::Socket& s) {
    struct linger l {};
    (void)s.get_option(SOL_SOCKET, SO_LINGER, {reinterpret_cast<u8*>(&l), sizeof l});
    if (!l.l_onoff || l.l_linger == 0) return;
    l = {};
    (void)s.set_option(SOL_SOCKET, SO_LINGER, {reinterpret_cast<const u8*>(&l), sizeof l});
}

// The file holds one reference to the socket until its last descriptor, in any process, is closed.
void socket_close(fs::File& f) {
    net::Socket& socket = socket_of(f);
    if (f.closes_at_once) do_not_linger(socket);
    socket.close();
    socket.drop_ref();
}

constexpr fs::FileOps kSocketOps{socket_read, socket_write, socket_stat,    socket_close,
                                 "socket",    socket_poll,  socket_unwatch, socket_ioctl};

}  // namespace

const void* listed_socket(const fs::File& f) {
    return f.ops == &kSocketOps ? static_cast<const net::Socket*>(f.object)->in_tables() : nullptr;
}

ipc::LocalSocket* local_socket(const fs::File& f) {
    if (f.ops != &kSocketOps) return nullptr;
    auto* socket = static_cast<net::Socket*>(f.object);
    return socket->family() == AF_UNIX ? static_cast<ipc::LocalSocket*>(socket) : nullptr;
}

Result<i64> install_socket(const Ref<net::Socket>& socket, int flags) {
    Result<Ref<fs::File>> file = fs::file_alloc(kSocketOps, socket.get(), true, true);
    if (!file.ok()) {
        socket->close();
        return file.error();
    }
    socket->add_ref();  // the file's own
    file.value()->nonblocking = flags & SOCK_NONBLOCK;
    file.value()->remembers = socket->family() != AF_VSOCK;  // which may replace its connection
    const int fd = TRY(current_process().files->install(std::move(file).value(), flags & SOCK_CLOEXEC));
    return fd;
}

Result<SocketFile> socket_file(int fd) {
    fs::File* f = current_process().files->get(fd);
    if (!f) return Errno::BadF;
    if (f->ops != &kSocketOps) return Errno::NotSock;
    return SocketFile{f};
}
