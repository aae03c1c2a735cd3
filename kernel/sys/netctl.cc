#include "sys/netctl.h"

#include "abi/file_status.h"
#include "abi/netctl.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "mm/uaccess.h"
#include "proc/process.h"
#include "sys/channel_file.h"
#include "sys/network.h"

namespace {

template <class T>
Result<T> fetch(UserAddr from) {
    T t;
    TRY(mm::copy_in(&t, from, sizeof t));
    return t;
}

net::EndpointKey key_of(const netctl_flow& f) {
    return {static_cast<net::IpProtocol>(f.protocol), f.local_port, f.remote_port,
            net::Ipv4Addr(f.local_address), net::Ipv4Addr(f.remote_address)};
}

// --- the requests ---

// The descriptor stays open only if the program learns of it.
Result<> create(UserAddr argument) {
    auto request = TRY(fetch<netctl_create>(argument));
    if (request.interface < 0 || request.owner < 0 || request.flags & ~u32{NETCTL_RAW}) return Errno::Inval;
    net::Interface* interface = network().interface(static_cast<usize>(request.interface));
    if (!interface || interface->is_loopback()) return Errno::NoDev;
    TRY(current_process().files->make_room());
    const int owner = request.owner ? request.owner : current_process().pid;
    const Ref<net::Channel> channel = TRY(network().channels().create(
        *interface, owner, request.slots, request.buffers, request.flags & NETCTL_RAW));
    request.fd = TRY(install_channel(channel));
    const Result<> told = mm::copy_out(argument, &request, sizeof request);
    if (!told.ok()) (void)current_process().files->remove(request.fd);
    return told;
}

Result<> claim(UserAddr argument) {
    auto request = TRY(fetch<netctl_flow>(argument));
    if (request.protocol < 0 || request.protocol > 255) return Errno::Inval;
    net::Channel* channel = TRY(channel_of(request.channel));
    net::EndpointKey key = key_of(request);
    TRY(channel->claim(key));
    request.local_port = key.local_port;
    const Result<> told = mm::copy_out(argument, &request, sizeof request);
    if (!told.ok()) (void)channel->release(key);
    return told;
}

Result<> release(UserAddr argument) {
    const auto request = TRY(fetch<netctl_flow>(argument));
    if (request.protocol < 0 || request.protocol > 255) return Errno::Inval;
    return TRY(channel_of(request.channel))
    ->release(key_of(request));
}

Result<> filter(UserAddr argument) {
    const auto request = TRY(fetch<netctl_filter>(argument));
    net::Channel* channel = TRY(channel_of(request.channel));
    net::FilterPage program;
    if (request.count) program = TRY(net::FilterPage::fetch(bpf_program{request.count, request.program}));
    const std::string_view words(request.words, strnlen(request.words, sizeof request.words));
    return network().channels().add_filter(*channel, request.what, std::move(program), words);
}

// --- the file ---

Result<i64> netctl_transfer(fs::File&, UserAddr, usize) { return Errno::Inval; }

Result<> netctl_stat(fs::File&, file_status& answer) {
    answer.mode = S_IFCHR | 0600;
    answer.nlink = 1;
    return {};
}

Result<> netctl_ioctl(fs::File&, u32 request, UserAddr argument) {
    switch (request) {
        case NETCTL_CREATE: return create(argument);
        case NETCTL_CLAIM: return claim(argument);
        case NETCTL_RELEASE: return release(argument);
        case NETCTL_FILTER: return filter(argument);
        default: return Errno::NotTty;
    }
}

constexpr fs::FileOps kNetctlOps{netctl_transfer, netctl_transfer, netctl_stat, [](fs::File&) {},
                                 "netctl",        nullptr,         nullptr,     netctl_ioctl};

}  // namespace

void open_netctl(fs::FileTable& files) {
    Result<Ref<fs::File>> file = fs::file_alloc(kNetctlOps, nullptr, true, true);
    if (!file.ok() || !files.install_at(NETCTL_DESCRIPTOR, std::move(file).value()).ok())
        panic("no memory for the network control descriptor");
}
