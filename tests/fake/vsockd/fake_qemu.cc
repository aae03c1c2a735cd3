#include "fake/vsockd/fake_qemu.h"

namespace fake {
namespace {

struct Header {
    u32 request, flags, size;
};

}  // namespace

void FakeQemu::send(Request request, Bytes payload, std::vector<int> files, bool need_reply) {
    Header h{static_cast<u32>(request), need_reply ? 9u : 1u, static_cast<u32>(payload.size())};
    iovec pieces[] = {{&h, sizeof h}, {const_cast<u8*>(payload.data()), payload.size()}};
    msghdr message{};
    message.msg_iov = pieces;
    message.msg_iovlen = 2;
    alignas(cmsghdr) u8 control[CMSG_SPACE(16 * sizeof(int))] = {};
    if (!files.empty()) {
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(files.size() * sizeof(int));
        cmsghdr* c = CMSG_FIRSTHDR(&message);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(files.size() * sizeof(int));
        std::memcpy(CMSG_DATA(c), files.data(), files.size() * sizeof(int));
    }
    sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
}

std::vector<u8> FakeQemu::answer() {
    Header h;
    if (recv(socket_.get(), &h, sizeof h, MSG_DONTWAIT) != sizeof h) return {};
    EXPECT_EQ(h.flags, 5u);  // version 1, an answer
    std::vector<u8> payload(h.size);
    if (!payload.empty() &&
        recv(socket_.get(), payload.data(), h.size, MSG_DONTWAIT) != static_cast<ssize_t>(h.size))
        ADD_FAILURE() << "an answer is not complete";
    return payload;
}

bool FakeQemu::is_refused() {
    u8 byte;
    const ssize_t n = recv(socket_.get(), &byte, 1, MSG_DONTWAIT | MSG_PEEK);
    return n == 0 || (n < 0 && errno != EAGAIN);
}

void FakeQemu::offer_memory(SharedMemory& memory) {
    struct {
        u32 count = 1, padding = 0;
        vsockd::Region region{SharedMemory::kGuest, SharedMemory::kSize, SharedMemory::kUser, 0};
    } table;
    send(Request::SetMemTable, table, {memory.fd.get()});
}

void FakeQemu::offer_queue(u32 index, const vsockd::Virtqueue::Place& place, u16 base, int kick, int call) {
    send(Request::SetVringNum, vsockd::VringState{index, place.size});
    send(Request::SetVringBase, vsockd::VringState{index, base});
    send(Request::SetVringAddr,
         vsockd::VringAddress{index, 0, place.descriptors, place.used, place.available, 0});
    send(Request::SetVringKick, vsockd::VringFile{index}, {kick});
    send(Request::SetVringCall, vsockd::VringFile{index}, {call});
}

}  // namespace fake
