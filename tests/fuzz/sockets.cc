// Socket calls on all families, between frames, time and failing allocations. A call that would sleep lets
// other things happen meanwhile; after a while the process is killed.
#include "abi/poll.h"
#include "abi/un.h"
#include "abi/vm_sockets.h"
#include "ipc.h"
#include "ipc/in_flight.h"
#include "socket_listing.h"
#include "tests/fuzz/host.h"
#include "unit/vsock_socket_kit.h"

namespace fuzz {
namespace {

using namespace net;
using vsock_socket_kit::FakeVsockDevice;

enum Act : u8 {
    kFrame,
    kVsockPacket,
    kTime,
    kMemory,
    kOpen,
    kPair,
    kBind,
    kConnect,
    kListen,
    kAccept,
    kSend,
    kReceive,
    kSendRights,
    kReceiveRights,
    kShutdown,
    kSetOption,
    kGetOption,
    kAsk,
    kPoll,
    kClose,
    kInterface,
    kActs
};

struct Waiter final : PollWaiter {
    void wake() override {}
};

// A descriptor. A socket of AF_UNIX has a file, so that others can be sent it.
struct Descriptor {
    Ref<Socket> socket;
    Ref<fs::File> file;
    Waiter waiter;
    PollEntry watch;
};

class Program : public Host {
  public:
    explicit Program(Bytes input) : Host(input) {
        fake::processes() = {};
        stack->add_family(AF_UNIX, local_);
        must(stack->vsock().add_device(vsock_).ok(), "there is one vsock device");
        fake::world().on_wait = [this] { return sleep(); };
    }
    ~Program() override {
        fake::world().fail_at = 0;
        fake::world().pages_left = -1;
        fake::world().on_wait = nullptr;
        while (!open_.empty()) close(0);
        vsock_.room = -1, vsock_.broken = false;
        pass(seconds(20));
        ipc::collect_garbage();
        must(ipc::descriptors_in_flight() == 0 && fake::open_files() == 0, "all files are closed");
        must(local_.in_use() == 0 && local_.pages_in_use() == 0, "all local sockets are freed");
    }

    void run() {
        while (!in.ends() && acts_++ < 400) act(static_cast<Act>(in.byte() % kActs));
    }

  private:
    void act(Act a) {
        sleeps_ = 0;
        switch (a) {
            case kFrame: return frame();
            case kVsockPacket: return vsock_packet();
            case kTime: return pass(milliseconds(in.byte() * in.byte()));
            case kMemory: return make_allocations_fail();
            case kOpen: return open();
            case kPair: return pair();
            case kInterface: return change_interface();
            default: break;
        }
        if (open_.empty()) return;
        call(a, in.byte() % open_.size());
        look_at_sent();
    }

    void call(Act a, usize which) {
        Descriptor& d = *open_[which];
        const Ref<Socket> s = d.socket;  // another thread may close it meanwhile
        switch (a) {
            case kBind: return (void)s->bind(address());
            case kConnect: return (void)s->connect(address(), in.flag());
            case kListen: return (void)s->listen(static_cast<int>(in.byte()) - 8);
            case kAccept: return accept(*s);
            case kSend: return send(*s);
            case kReceive: return receive(*s);
            case kSendRights: return send_rights(*s);
            case kReceiveRights: return receive_rights(*s);
            case kShutdown: return (void)s->shutdown(in.byte() % 4);
            case kSetOption: return set_option(*s);
            case kGetOption: return get_option(*s);
            case kAsk: return ask(*s);
            case kPoll: return poll(d);
            default: return close(which);
        }
    }

    // What happens while a call sleeps.
    Result<> sleep() {
        if (++sleeps_ > 6 || depth_ > 2) return Errno::Intr;
        depth_++;
        const u8 what = in.byte();
        if (what % 4 == 0)
            frame();
        else if (what % 4 == 1)
            vsock_packet();
        else if (what == 255 && !open_.empty())
            close(in.byte() % open_.size());
        else
            pass(milliseconds(what * 8));
        depth_--;
        return {};
    }

    // --- descriptors

    void add(Result<Ref<Socket>> s) {
        if (!s.ok()) return;
        auto d = std::make_unique<Descriptor>();
        d->socket = std::move(s).value();
        d->watch.waiter = &d->waiter;
        if (d->socket->family() == AF_UNIX) d->file = fake::file_of(d->socket);
        open_.push_back(std::move(d));
    }
    void open() {
        static constexpr int kFamilies[] = {AF_INET, AF_INET, AF_UNIX, AF_VSOCK, 99};
        static constexpr int kTypes[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, 0};
        static constexpr int kProtocols[] = {0, 0, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, 255};
        const int family = in.one_of(kFamilies), type = in.one_of(kTypes), protocol = in.one_of(kProtocols);
        if (open_.size() < 24) add(stack->open_socket(family, type, protocol));
    }
    void pair() {
        auto p = stack->open_socket_pair(AF_UNIX,
                                         in.flag()   ? SOCK_STREAM
                                         : in.flag() ? SOCK_DGRAM
                                                     : SOCK_SEQPACKET,
                                         0);
        if (!p.ok()) return;
        add(std::move(p.value().first));
        add(std::move(p.value().second));
    }
    void accept(Socket& s) {
        if (open_.size() < 24) add(s.accept(in.flag()));
    }
    void close(usize which) {
        const auto d = std::move(open_[which]);
        open_.erase(open_.begin() + static_cast<long>(which));
        d->socket->unwatch(d->watch);
        if (d->file) return;  // its last reference closes the socket
        d->socket->close();
    }
    void poll(Descriptor& d) {
        if (in.flag()) return d.socket->unwatch(d.watch);
        (void)d.socket->poll(in.flag() ? &d.watch : nullptr);
    }

    SocketAddr address() {
        static constexpr Ipv4Addr kHosts[] = {kPeer, kOurs,           {127, 0, 0, 1},       {},
                                              kFar,  {10, 0, 2, 255}, {255, 255, 255, 255}, {224, 0, 0, 1}};
        static constexpr u16 kPorts[] = {80, 7, 2000, 2001, 0};
        static constexpr u32 kCids[] = {VMADDR_CID_ANY, VMADDR_CID_LOCAL, VMADDR_CID_HOST, 3, 9};
        static constexpr u32 kVsockPorts[] = {VMADDR_PORT_ANY, 1024, 5000, 80};
        static constexpr const char* kPaths[] = {"/a", "/b", "/c", ""};
        switch (in.below(5)) {
            case 0:
            case 1: {
                const Ipv4Addr host = in.one_of(kHosts);
                return {host, in.one_of(kPorts)};
            }
            case 2: return LocalAddr(in.one_of(kPaths));
            case 3: {
                const u32 cid = in.one_of(kCids);
                return VsockAddr{cid, in.one_of(kVsockPorts)};
            }
            default: return {};
        }
    }

    // --- data

    int flags() {
        static constexpr int kFlags[] = {
            MSG_DONTWAIT,           0,      MSG_DONTWAIT | MSG_PEEK, MSG_WAITALL, MSG_TRUNC | MSG_DONTWAIT,
            MSG_EOR | MSG_DONTWAIT, MSG_OOB};
        return in.byte() % 8 ? in.one_of(kFlags) : in.half();
    }
    UserAddr memory() {
        const uptr at = reinterpret_cast<uptr>(buffer_);
        const bool faults = in.byte() % 16 == 0;
        fake::world().bad_from = faults ? at + in.half() : 0;
        fake::world().bad_until = faults ? at + sizeof buffer_ : 0;
        return {at};
    }
    void send(Socket& s) {
        const UserAddr from = memory();
        const usize n = in.half() % sizeof buffer_;
        const int how = flags();
        if (in.flag()) return (void)s.send(from, n, how, nullptr);
        const SocketAddr to = address();
        (void)s.send(from, n, how, &to);
    }
    void receive(Socket& s) {
        const UserAddr to = memory();
        const usize n = in.half() % sizeof buffer_;
        const int how = flags();
        SocketAddr from;
        const auto size = s.receive(to, n, how, in.flag() ? &from : nullptr);
        must(!size.ok() || size.value() <= n || how & MSG_TRUNC, "at most n bytes are received");
    }
    static ipc::LocalSocket* local(Socket& s) {
        return s.family() == AF_UNIX ? static_cast<ipc::LocalSocket*>(&s) : nullptr;
    }
    void send_rights(Socket& s) {
        ipc::LocalSocket* to = local(s);
        if (!to) return;
        ipc::Rights rights;
        for (u32 n = in.byte() % 4; n > 0; n--) {
            Descriptor& d = *open_[in.byte() % open_.size()];
            if (d.file) (void)rights.add(d.file, local(*d.socket));
        }
        (void)to->send_with(memory(), 1 + in.byte(), flags(), nullptr, std::move(rights));
    }
    void receive_rights(Socket& s) {
        ipc::LocalSocket* from = local(s);
        if (!from) return;
        auto got = from->receive_with(memory(), 1 + in.byte(), flags(), nullptr);
        if (!got.ok()) return;
        while (Ref<fs::File> f = got.value().rights.pop()) {
            if (!in.flag() || open_.size() >= 24) continue;
            auto d = std::make_unique<Descriptor>();
            d->socket = Ref<Socket>(static_cast<Socket*>(f->object));
            d->watch.waiter = &d->waiter;
            d->file = std::move(f);
            open_.push_back(std::move(d));
        }
    }

    // --- options and questions

    int level() {
        static constexpr int kLevels[] = {SOL_SOCKET, IPPROTO_IP, IPPROTO_TCP, AF_VSOCK, 99};
        return in.one_of(kLevels);
    }
    void set_option(Socket& s) {
        const int where = level(), name = in.byte() % 48;
        packets::Packet value = in.packet();
        if (in.flag()) value.resize(in.flag() ? 4 : 16);
        (void)s.set_option(where, name, value);
    }
    void get_option(Socket& s) {
        u8 room[kMaxOptionSize];
        const usize n = in.byte() % (sizeof room + 1);
        const int where = level();
        const auto got = s.get_option(where, in.byte() % 48, MutBytes(room, n));
        if (got.ok()) must(got.value() <= n, "an option fits into its room");
    }
    void ask(Socket& s) {
        (void)s.local(), (void)s.remote(), (void)s.queued(), (void)s.in_tables();
        (void)s.ioctl(in.flag() ? 0x541b : in.half());
        s.set_receive_timeout(milliseconds(in.byte()));
        SocketListing listing(in.byte() % 4, 64);
        stack->list_sockets(listing);
    }

    // --- the world around

    void vsock_packet() {
        static constexpr u32 kPorts[] = {80, 1024, 5000, 1025};
        VsockHeader h{};
        h.src_cid = in.byte() % 8 ? 2 : in.byte(), h.dst_cid = in.byte() % 8 ? 3 : in.byte();
        h.src_port = in.one_of(kPorts), h.dst_port = in.one_of(kPorts);
        if (!vsock_.sent.empty() && in.flag()) {  // an answer
            const VsockHeader& last = vsock_.sent[in.byte() % vsock_.sent.size()].header;
            h.src_port = last.dst_port, h.dst_port = last.src_port;
        }
        h.op = in.byte() % 9, h.type = in.byte() % 8 ? 1 : in.byte() % 4;
        h.flags = in.byte() % 8, h.buf_alloc = in.half() * 16u, h.fwd_cnt = in.byte() % 4 ? 0 : in.half();
        const packets::Packet payload = packets::filled(h.op == 5       ? in.half() % 5000
                                                        : in.byte() % 8 ? 0
                                                                        : in.byte());
        h.length = static_cast<u32>(in.byte() % 16 ? payload.size() : in.half());
        MbufPtr packet;
        {
            const MemoryForDevice memory;
            packet = FakeVsockDevice::chain_of(h, payload, 1 + in.half() % 2000);
        }
        if (packet) vsock_rx(vsock_, std::move(packet));
        if (vsock_.sent.size() > 100) vsock_.sent.erase(vsock_.sent.begin(), vsock_.sent.end() - 20);
    }
    void change_interface() {
        switch (in.below(8)) {
            case 0: return (void)stack->set_up(*interface, in.flag());
            case 1:
                return (void)stack->set_address(*interface,
                                                {{10, 0, 2, in.byte()}, static_cast<u8>(in.byte() % 34)});
            case 2: return (void)stack->set_address(*interface, {kOurs, 24});
            case 3: device.up = in.flag(); return;
            case 4: device.room = in.flag() ? -1 : in.byte() % 4; return;
            case 5: vsock_.room = in.flag() ? -1 : in.byte() % 4; return vsock_room_again(vsock_);
            case 6: return vsock_transport_reset(vsock_);
            default: answers_arp = in.flag(); return;
        }
    }

    ipc::LocalFamily local_;
    FakeVsockDevice vsock_;
    std::vector<std::unique_ptr<Descriptor>> open_;
    int acts_ = 0, sleeps_ = 0, depth_ = 0;
    u8 buffer_[20'000]{};
};

void run(Bytes input) { Program(input).run(); }

using std::string;

// The bytes that Program reads for its acts.
string opened(char family, char type, char protocol = 0) { return {kOpen, family, type, protocol}; }
string on(char act, char which, const string& more = "") { return string{act, which} + more; }
string data(char act, char which, char n, const string& more) {
    return string{act, which, 1, 0, n, 1, 0} + more;
}
string option(char level, char name, char value) { return string{level, name, 4, value, 0, 0, 0, 0}; }

// A server and a client of one kind, connected; `listens` and `connects` are addresses.
string connected(const string& open, const string& listens, const string& connects) {
    return open + on(kBind, 0, listens) + on(kListen, 0, "\x10") + open + on(kConnect, 1, connects + '\1') +
           on(kAccept, 0, "\1") + data(kSend, 1, 8, "\1") + data(kReceive, 2, 4, "\1") +
           data(kSend, 2, 60, "\1") + data(kReceive, 1, 60, "\1");
}

std::vector<string> seeds() {
    const string any_80{0, 3, 0}, local_80{0, 2, 0}, any_2000{0, 3, 2}, local_2000{0, 2, 2}, peer_80{0, 0, 0};
    const string path_a{2, 0}, vsock_any{3, 0, 1}, vsock_local{3, 1, 1}, vsock_host{3, 2, 1};
    const string tcp = opened(0, 0), udp = opened(0, 1), ping = opened(0, 1, 2);
    const string wait{kTime, 40, 40}, memory{kMemory, 1}, all_memory{kMemory, '\x80'};
    const string finish =
        on(kShutdown, 1, "\1") + on(kShutdown, 2, "\2") + on(kClose, 1) + wait + on(kClose, 0);
    const string settings = on(kSetOption, 0, option(0, 13, 1)) + on(kSetOption, 0, option(2, 1, 1)) +
                            on(kGetOption, 0, string{100, 2, 11}) + on(kGetOption, 0, string{8, 0, 4}) +
                            on(kAsk, 0, string{1, 50});
    const string answer{kVsockPacket, 1, 1, 0, 0, 1, 0, 2, 1, 0, 0, 16, 0, 1, 1, 0, 4};
    const string ping_request = on(kConnect, 0, string{0, 2, 4, 1}) + string{kSend, 0, 1, 40, 0, 1, 0, 1};
    std::vector<string> all = {
        udp + on(kBind, 0, any_2000) + string{kSend, 0, 1, 9, 0, 1, 0, 0} + local_2000 +
            data(kReceive, 0, 1, "\1"),
        udp + on(kConnect, 0, peer_80 + '\0') + settings + data(kSend, 0, 1, "\1") +
            on(kPoll, 0, string{0, 1}),
        tcp + on(kConnect, 0, peer_80 + '\0') + wait + settings + on(kPoll, 0, string{0, 1}) + on(kClose, 0),
        ping + ping_request + data(kReceive, 0, 1, "\1"),
        string{kPair, 1} + on(kSendRights, 0, string{2, 0, 1, 1, 5, 1, 0}) +
            on(kReceiveRights, 1, string{1, 50, 1, 0, 1, 1}),
        string{kPair, 0, 1} + data(kSend, 0, 1, "\1") + data(kReceive, 1, 1, "\1"),
        opened(3, 0) + on(kConnect, 0, vsock_host + '\0') + answer + data(kSend, 0, 9, "\1") + wait +
            string{kInterface, 6},
        tcp + udp + string{kInterface, 1, 99, 24, kInterface, 3, 0, kInterface, 2, kInterface, 4, 0, 1} +
            wait};
    const string pairs[] = {connected(tcp, any_80, local_80), connected(opened(2, 0), path_a, path_a),
                            connected(opened(2, 2), path_a, path_a),
                            connected(opened(3, 0), vsock_any, vsock_local),
                            connected(opened(3, 2), vsock_any, vsock_local)};
    for (const string& p : pairs) {
        all.push_back(p + settings + finish);
        all.push_back(memory + p + memory + finish);
        all.push_back(p + all_memory + data(kSend, 1, 70, "\1") + finish);
    }
    return all;
}

}  // namespace

constinit const Target sockets = {"sockets", 2048, run, seeds};

}  // namespace fuzz
