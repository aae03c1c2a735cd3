#include "net/channel/channels.h"

#include <algorithm>
#include <new>

#include "net/proto/inet.h"

namespace net {

Channels::Channels(Inet& inet) : inet_(inet) { inet.attach_taps(*this); }

// --- channels ---

Result<Ref<Channel>> Channels::create(Interface& interface, int owner, u32 slots, u32 buffers, bool raw) {
    Ref<ChannelMemory> memory = TRY(memories_.create(owner, slots, buffers));
    memory->describe(interface.device());
    u64 id = 0;
    {
        platform::Guard guard(lock_);
        if (count_ == kMostChannels) return Errno::NFile;
        count_++;
        id = ++last_id_;
    }
    Ref<Channel> c(channels_.create(*this, interface, std::move(memory), id, raw));
    if (!c) {
        platform::Guard guard(lock_);
        count_--;
        return Errno::NoMem;
    }
    TRY(c->open());
    platform::Guard guard(lock_);
    all_.push_back(*c);
    update_tapped_locked();
    return c;
}

void Channels::free(Channel& c) {
    channels_.destroy(&c);
    platform::Guard guard(lock_);
    count_--;
}

void Channels::remove(Channel& c) {
    for (;;) {
        GeneralFilter* f = nullptr;
        {
            platform::Guard guard(lock_);
            if (c.linked()) c.unlink();
            f = take_filter_of_locked(c);
            update_tapped_locked();
        }
        if (!f) return;
        filter_pool_.destroy(f);
    }
}

Ref<Channel> Channels::at(usize index) {
    platform::Guard guard(lock_);
    for (Channel& c : all_) {
        if (index-- == 0) return Ref<Channel>(&c);
    }
    return {};
}

// --- filters ---

Result<> Channels::enter_filter(Channel& c, GeneralFilter& f) {
    platform::Guard guard(lock_);
    if (!c.linked()) return Errno::Shutdown;
    u32 has = 0;
    for (const GeneralFilter& other : filters_) has += other.channel == &c;
    if (has == kMostFilters) return Errno::NoSpc;
    f.channel = &c;
    filters_.push_back(f);
    update_tapped_locked();
    return {};
}

Result<> Channels::add_filter(Channel& c, u32 what, FilterPage program, std::string_view words) {
    constexpr u32 kAll = u32(Tap::Received) | u32(Tap::Sent) | u32(Tap::Unclaimed);
    if (what == 0 || what & ~kAll) return Errno::Inval;
    GeneralFilter* f = filter_pool_.create();
    if (!f) return Errno::NoMem;
    f->program = std::move(program);
    f->view.what = what;
    const usize n = std::min(words.size(), sizeof f->view.words - 1);
    __builtin_memcpy(f->view.words, words.data(), n);
    const Result<> entered = enter_filter(c, *f);
    if (!entered.ok()) filter_pool_.destroy(f);
    return entered;
}

Channels::GeneralFilter* Channels::take_filter_of_locked(const Channel& c) {
    for (GeneralFilter& f : filters_) {
        if (f.channel != &c) continue;
        f.unlink();
        return &f;
    }
    return nullptr;
}

std::optional<Channels::FilterView> Channels::filter(const Channel& c, usize index) {
    platform::Guard guard(lock_);
    for (const GeneralFilter& f : filters_) {
        if (f.channel == &c && index-- == 0) return f.view;
    }
    return std::nullopt;
}

void Channels::update_tapped_locked() {
    u32 wanted = all_.empty() ? 0 : u32(Tap::ArpReply);
    for (const GeneralFilter& f : filters_) wanted |= f.view.what;
    inet_.set_tapped(wanted);
}

// Calls f once for each channel that has a filter for this frame, and marks the channel.
template <class F>
void Channels::each_match_locked(Tap what, const Interface& at, const Mbuf& frame, F f) {
    offers_++;
    for (const GeneralFilter& g : filters_) {
        Channel& c = *g.channel;
        if (!(g.view.what & u32(what)) || &c.interface() != &at || c.last_offer == offers_) continue;
        if (g.program && !g.program->run(frame.bytes(), frame.chain_length())) continue;
        c.last_offer = offers_;
        f(c);
    }
}

bool Channels::offer(Tap what, Interface& at, const Mbuf& frame) {
    const bool verified = frame.offload() != Offload::None;
    bool taken = false;
    platform::Guard guard(lock_);
    if (what == Tap::ArpReply) {
        offer_reply_locked(at, frame, verified);
        return true;
    }
    each_match_locked(what, at, frame, [&](Channel& c) {
        c.take(frame, verified);
        taken = true;
    });
    return taken;
}

// An ARP reply goes to every channel of the interface that has ports, because each program has a neighbour
// cache of its own; except to those whose filters matched it when it was received.
void Channels::offer_reply_locked(Interface& at, const Mbuf& frame, bool verified) {
    each_match_locked(Tap::Received, at, frame, [](Channel&) {});
    for (Channel& c : all_) {
        if (&c.interface() == &at && c.has_flows() && c.last_offer != offers_) c.take(frame, verified);
    }
}

}  // namespace net
