// sendmsg() and recvmsg(): several ranges of memory as one message, and descriptors (SCM_RIGHTS).
#include "abi/param.h"
#include "abi/socket.h"
#include "mm/uaccess.h"
#include "mm/user_ranges.h"
#include "proc/process.h"
#include "sys/sockaddr.h"
#include "sys/socket_file.h"
#include "sys/sys_calls.h"

namespace {

using ipc::LocalSocket;
using ipc::Rights;
using net::SocketAddr;

constexpr usize align(usize n) { return (n + 7) & ~usize{7}; }

int flags_of(const SocketFile& s, int flags) { return s.may_wait() ? flags : flags | MSG_DONTWAIT; }

UserAddr addr_of(void* p) { return {reinterpret_cast<uptr>(p)}; }

// --- sending descriptors

// Adds the files of n descriptors to the rights. BadF, NoMem; Inval: too many.
Result<> add_files(Rights& rights, UserAddr fds, usize n) {
    if (n > SCM_MAX_FD - rights.count()) return Errno::Inval;
    for (usize i = 0; i < n; i++) {
        int fd = 0;
        TRY(mm::copy_in(&fd, fds + i * sizeof fd, sizeof fd));
        fs::File* f = current_process().files->get(fd);
        if (!f) return Errno::BadF;
        TRY(rights.add(Ref<fs::File>(f), local_socket(*f)));
    }
    return {};
}

// The descriptors in a program's control data. As in Linux, data of other levels are skipped. Inval: a
// malformed header, or a type other than SCM_RIGHTS. NoBufs: too long.
Result<Rights> fetch_rights(UserAddr control, usize size) {
    constexpr usize kMost = 4096;
    if (size > kMost) return Errno::NoBufs;
    Rights rights;
    for (usize at = 0; at + sizeof(cmsghdr) <= size;) {
        cmsghdr h;
        TRY(mm::copy_in(&h, control + at, sizeof h));
        if (h.cmsg_len < sizeof h || h.cmsg_len > size - at) return Errno::Inval;
        if (h.cmsg_level == SOL_SOCKET && h.cmsg_type != SCM_RIGHTS) return Errno::Inval;
        if (h.cmsg_level == SOL_SOCKET)
            TRY(add_files(rights, control + at + sizeof h, (h.cmsg_len - sizeof h) / sizeof(int)));
        at += align(h.cmsg_len);
    }
    return rights;
}

// --- receiving descriptors

// The descriptors that a recvmsg() has installed: they are closed again unless the program was told their
// numbers.
class Installed {
  public:
    Installed() = default;
    ~Installed() {
        for (u32 i = 0; i < count_; i++) (void)files().remove(fds_[i]);
    }
    Installed(const Installed&) = delete;
    Installed& operator=(const Installed&) = delete;

    // Installs at most `most` of them. False: some remain, because there is no free descriptor or no room.
    bool install(Rights& rights, usize most, bool close_on_exec) {
        while (!rights.empty()) {
            if (count_ == most || count_ == SCM_MAX_FD || !files().make_room().ok()) return false;
            const Result<int> fd = files().install(rights.pop(), close_on_exec);
            if (!fd.ok()) return false;
            fds_[count_++] = static_cast<u16>(fd.value());
        }
        return true;
    }
    // Writes them as control data; returns its size.
    Result<usize> put(UserAddr control) const {
        if (count_ == 0) return usize{0};
        const cmsghdr h{sizeof h + count_ * sizeof(int), SOL_SOCKET, SCM_RIGHTS};
        TRY(mm::copy_out(control, &h, sizeof h));
        for (u32 i = 0; i < count_; i++) {
            const int fd = fds_[i];
            TRY(mm::copy_out(control + sizeof h + i * sizeof fd, &fd, sizeof fd));
        }
        return usize{h.cmsg_len};
    }
    void keep() { count_ = 0; }

  private:
    static_assert(NOFILE <= 0x1'0000);
    static fs::FileTable& files() { return *current_process().files; }
    u16 fds_[SCM_MAX_FD];  // on the stack
    u32 count_ = 0;
};

// Installs the rights, and writes control data and the message's header. What does not fit is closed.
Result<> put_control(UserAddr message, msghdr& m, Rights rights, int flags) {
    Installed installed;
    const usize room =
        m.msg_control && m.msg_controllen > sizeof(cmsghdr) ? m.msg_controllen - sizeof(cmsghdr) : 0;
    const bool all = installed.install(rights, room / sizeof(int), flags & MSG_CMSG_CLOEXEC);
    if (!all) m.msg_flags |= MSG_CTRUNC;
    const usize length = TRY(installed.put(addr_of(m.msg_control)));
    m.msg_controllen =
        length < m.msg_controllen && align(length) <= m.msg_controllen ? align(length) : length;
    TRY(mm::copy_out(message, &m, sizeof m));
    installed.keep();
    return {};
}

// What recvmsg() gets from a socket of any family.
struct Got {
    usize bytes = 0;
    usize length = 0;
    Rights rights;
};

Result<Got> receive(const SocketFile& s, const mm::UserRanges& to, int flags, SocketAddr& from) {
    Got got;
    if (LocalSocket* local = local_socket(*s.file)) {
        auto r = TRY(local->receive_with(to.begin(), to.size(), flags, &from));
        got.bytes = r.bytes, got.length = r.length;
        got.rights.take(r.rights);
        return got;
    }
    got.length = TRY(s->receive(to.begin(), to.size(), flags | MSG_TRUNC, &from));
    got.bytes = got.length < to.size() ? got.length : to.size();
    return got;
}

}  // namespace

// sendmsg(fd, message, flags)
Result<i64> sys_sendmsg(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    msghdr m;
    TRY(mm::copy_in(&m, a.addr(1), sizeof m));
    if (m.msg_iovlen > UIO_MAXIOV) return Errno::MsgSize;
    SocketAddr to;
    if (m.msg_name) to = TRY(fetch_sockaddr(addr_of(m.msg_name), static_cast<i32>(m.msg_namelen)));
    Rights rights = TRY(fetch_rights(addr_of(m.msg_control), m.msg_control ? m.msg_controllen : 0));
    mm::UserRanges from;
    TRY(from.fetch(addr_of(m.msg_iov), m.msg_iovlen));
    const int flags = flags_of(s, a.num(2));
    const SocketAddr* where = m.msg_name ? &to : nullptr;
    if (LocalSocket* local = local_socket(*s.file))
        return static_cast<i64>(
            TRY(local->send_with(from.begin(), from.size(), flags, where, std::move(rights))));
    if (!rights.empty()) return Errno::Inval;
    return static_cast<i64>(TRY(s->send(from.begin(), from.size(), flags, where)));
}

// recvmsg(fd, message, flags)
Result<i64> sys_recvmsg(const SyscallArgs& a) {
    const SocketFile s = TRY(socket_file(a.num(0)));
    msghdr m;
    TRY(mm::copy_in(&m, a.addr(1), sizeof m));
    if (m.msg_iovlen > UIO_MAXIOV) return Errno::MsgSize;
    mm::UserRanges to;
    TRY(to.fetch(addr_of(m.msg_iov), m.msg_iovlen));
    SocketAddr from;
    Got got = TRY(receive(s, to, flags_of(s, a.num(2)), from));
    m.msg_flags = got.length > got.bytes ? MSG_TRUNC : 0;
    const UserAddr name_length = a.addr(1) + offsetof(msghdr, msg_namelen);
    TRY(put_sockaddr(addr_of(m.msg_name), name_length, from));
    TRY(mm::copy_in(&m.msg_namelen, name_length, sizeof m.msg_namelen));
    TRY(put_control(a.addr(1), m, std::move(got.rights), a.num(2)));
    return static_cast<i64>(a.num(2) & MSG_TRUNC ? got.length : got.bytes);
}
