#include "sys/channel_file.h"

#include "abi/file_status.h"
#include "mm/uaccess.h"
#include "proc/process.h"
#include "sys/network.h"

namespace {

net::Channel& object(fs::File& f) { return *static_cast<net::Channel*>(f.object); }

Result<i64> channel_read(fs::File&, UserAddr, usize) { return Errno::Inval; }
Result<i64> channel_write(fs::File&, UserAddr, usize) { return Errno::Inval; }

Result<> channel_stat(fs::File&, file_status& answer) {
    answer.mode = S_IFCHR | 0600;
    answer.nlink = 1;
    return {};
}

u32 channel_poll(fs::File& f, PollEntry* watch) { return object(f).poll(watch); }
void channel_unwatch(fs::File& f, PollEntry& watch) { object(f).unwatch(watch); }
Result<Ref<SharedPages>> channel_map(fs::File& f) { return Ref<SharedPages>(object(f).memory().get()); }

channel_info describe(net::Channel& c) {
    channel_info info{};
    info.id = c.id();
    info.bytes = c.memory()->bytes();
    info.slots = c.memory()->slots();
    info.buffers = c.memory()->buffers();
    info.counters = c.state().counters;
    while (network().interface(static_cast<usize>(info.interface)) != &c.interface()) info.interface++;
    return info;
}

Result<> channel_ioctl(fs::File& f, u32 request, UserAddr argument) {
    net::Channel& c = object(f);
    switch (request) {
        case CHANNEL_SIGNAL: c.kick(); return {};
        case CHANNEL_INFO: {
            const channel_info info = describe(c);
            return mm::copy_out(argument, &info, sizeof info);
        }
        case CHANNEL_MERGE_ACKS: {
            i32 on = 0;
            TRY(mm::copy_in(&on, argument, sizeof on));
            c.set_merges_acks(on != 0);
            return {};
        }
        default: return Errno::NotTty;
    }
}

// The file holds one reference to the channel until its last descriptor, in any process, is closed.
void channel_close(fs::File& f) {
    net::Channel& c = object(f);
    c.close();
    c.drop_ref();
}

constexpr fs::FileOps kChannelOps{channel_read, channel_write,   channel_stat,  channel_close, "channel",
                                  channel_poll, channel_unwatch, channel_ioctl, channel_map};

}  // namespace

Result<int> install_channel(const Ref<net::Channel>& channel) {
    Result<Ref<fs::File>> file = fs::file_alloc(kChannelOps, channel.get(), true, true);
    if (!file.ok()) {
        channel->close();
        return file.error();
    }
    channel->add_ref();  // the file's own
    return current_process().files->install(std::move(file).value());
}

Result<net::Channel*> channel_of(int fd) {
    fs::File* f = current_process().files->get(fd);
    if (!f) return Errno::BadF;
    if (f->ops != &kChannelOps) return Errno::Inval;
    return &object(*f);
}

const void* listed_channel(const fs::File& f) {
    return f.ops == &kChannelOps ? static_cast<const net::Channel*>(f.object) : nullptr;
}
