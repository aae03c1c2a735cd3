// Channels: all packet channels of one stack, and their general filters: those that do not claim a flow, but
// want copies of frames. Filters run in the order in which they were added.
#pragma once

#include <string_view>

#include "net/channel/channel.h"
#include "net/channel/ring_poll.h"
#include "net/core/filter_page.h"
#include "net/proto/taps.h"

namespace net {

class Inet;

// - Thread context; no lock held, except by those who call offer().
class Channels final : private FrameTaps {
  public:
    static constexpr u32 kMostChannels = 256;
    static constexpr u32 kMostFilters = 8;  // of one channel

    explicit Channels(Inet& inet);
    Channels(const Channels&) = delete;
    Channels& operator=(const Channels&) = delete;

    // A channel at this interface, which must be closed. owner: the process to which its memory is accounted.
    // raw: it may send any frame. Errors: Inval (slots is no power of two, or more than channel.h allows),
    // NoMem, NFile (kMostChannels), Again (the limits of ChannelMemories).
    Result<Ref<Channel>> create(Interface& interface, int owner, u32 slots, u32 buffers, bool raw)
        EXCLUDES(lock_);

    // Gives the channel copies of the frames that the program matches; `what`: bits of Tap. No program: of
    // all frames. words: a description for lists. Errors: Inval (no `what`), NoSpc (kMostFilters), Shutdown
    // (closed), NoMem.
    Result<> add_filter(Channel& c, u32 what, FilterPage program, std::string_view words) EXCLUDES(lock_);

    // The index-th channel, the oldest first; null past the last.
    Ref<Channel> at(usize index) EXCLUDES(lock_);
    struct FilterView {
        u32 what;
        char words[60];
    };
    // The index-th filter of a channel.
    std::optional<FilterView> filter(const Channel& c, usize index) EXCLUDES(lock_);

    u32 count() EXCLUDES(lock_) {
        platform::Guard guard(lock_);
        return count_;
    }
    ChannelMemories& memories() { return memories_; }
    RingPoll& ring_poll() { return ring_poll_; }

    // --- for Channel and ChannelFlow
    void remove(Channel& c) EXCLUDES(lock_);  // from the list, with its filters
    void free(Channel& c);
    ChannelFlow* new_flow(Channel& c) { return flows_.create(c, c.interface()); }
    void free(ChannelFlow& f) { flows_.destroy(&f); }

  private:
    struct GeneralFilter : ListNode<GeneralFilter> {
        Channel* channel = nullptr;
        FilterPage program;  // none: all frames
        FilterView view{};
    };

    bool offer(Tap what, Interface& at, const Mbuf& frame) override EXCLUDES(lock_);
    void offer_reply_locked(Interface& at, const Mbuf& frame, bool verified) REQUIRES(lock_);
    template <class F>
    void each_match_locked(Tap what, const Interface& at, const Mbuf& frame, F f) REQUIRES(lock_);
    Result<> enter_filter(Channel& c, GeneralFilter& f) EXCLUDES(lock_);
    GeneralFilter* take_filter_of_locked(const Channel& c) REQUIRES(lock_);
    void update_tapped_locked() REQUIRES(lock_);

    Inet& inet_;
    ChannelMemories memories_;
    RingPoll ring_poll_;
    Pool<Channel> channels_{LockRank::ChannelRing};
    Pool<ChannelFlow> flows_{LockRank::ChannelRing};
    Pool<GeneralFilter> filter_pool_{LockRank::ChannelRing};

    platform::Lock lock_{LockRank::ChannelTaps, "channels"};
    List<Channel> all_ GUARDED_BY(lock_);
    List<GeneralFilter> filters_ GUARDED_BY(lock_);
    u32 count_ GUARDED_BY(lock_) = 0;  // of channels, including those that are being made
    u64 last_id_ GUARDED_BY(lock_) = 0;
    u64 offers_ GUARDED_BY(lock_) = 0;  // frames that were looked at for the filters
};

}  // namespace net
