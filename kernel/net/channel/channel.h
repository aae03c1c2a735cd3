// A packet channel: two rings in memory shared with one program (abi/channel.h), the flows whose frames it
// receives, and from which it may send.
//
//   receive   EndpointTable or Channels (general filters, ARP replies) -> take(): copies the frame
//   transmit  kick(): takes posted frames, copies their first bytes, checks the copy, and sends it with the
//             rest straight from the program's pages. The frame is completed when the device is done with it
#pragma once

#include "abi/poll.h"
#include "lib/poll.h"
#include "net/channel/flow.h"
#include "net/channel/receive_ring.h"
#include "net/channel/transmit_check.h"
#include "net/channel/transmit_ring.h"

namespace net {

class Channels;

// - Thread context, any number of threads. take() and frame_done() may be called with locks held of a rank
//   below ChannelRing; for the other functions no lock is held.
// - A program that posts something impossible shuts its channel: nothing is received or sent any more, poll()
//   says POLLERR, and the flows are released.
// - After close(), the object lives as long as flows are found, or the device has frames with its pages.
class Channel final : public RefCounted, public ListNode<Channel> {
  public:
    static constexpr u32 kMostFlows = 256;

    Channel(Channels& home, Interface& interface, Ref<ChannelMemory> memory, u64 id, bool raw);
    Result<> open() { return frames_.open(memory_->slots()); }  // NoMem

    // Copies a frame to the receive ring. verified: its checksum need not be verified.
    void take(const Mbuf& frame, bool verified) EXCLUDES(ring_lock_);

    // CHANNEL_MERGE_ACKS
    bool merges_acks() const { return merges_acks_.load(std::memory_order_relaxed); }
    void set_merges_acks(bool on) { merges_acks_.store(on, std::memory_order_relaxed); }

    // CHANNEL_SIGNAL: sends what the program has posted.
    void kick() EXCLUDES(lock_, ring_lock_) { send_posted(Sender::Signal); }

    // POLL* bits; takes what is posted first. `watch`, if not null, is woken by changes until unwatch().
    u32 poll(PollEntry* watch) EXCLUDES(lock_, ring_lock_);
    void unwatch(PollEntry& watch) EXCLUDES(ring_lock_);

    // Adds a flow; port 0 selects a free one, which is returned in the key. Errors: Inval (a protocol without
    // ports; half a remote end), AddrNotAvail (not our address on this interface), AddrInUse, Exist (it is
    // this channel's), NoSpc (kMostFlows), NoMem, Shutdown (the channel is shut).
    Result<> claim(EndpointKey& key) EXCLUDES(lock_);
    // NoEnt: no such flow. Perm: another channel has it.
    Result<> release(const EndpointKey& key) EXCLUDES(lock_);

    // Releases all flows and stops. To be called once.
    void close() EXCLUDES(lock_, ring_lock_);

    const Ref<ChannelMemory>& memory() const { return memory_; }
    Interface& interface() const { return interface_; }
    Channels& home() const { return home_; }
    u64 id() const { return id_; }
    // Does it have ports? Only then it may need to know its neighbours.
    bool has_flows() const NO_THREAD_SAFETY { return flows_.count() > 0; }  // one load

    // For programs: the counters, and the state of the rings.
    struct State {
        channel_counters counters;
        u32 flows, receive_posted, transmit_posted;
        bool shut;
    };
    State state() EXCLUDES(lock_, ring_lock_);
    // The index-th flow; nothing past the last.
    std::optional<EndpointKey> flow(usize index) EXCLUDES(lock_);

    // For Channels, with its lock held: the number of the last offer that a filter of this channel matched.
    u64 last_offer = 0;

    // A frame has been sent. Called by its SentFrame.
    void frame_done(SentFrame& frame) EXCLUDES(ring_lock_);

    // --- for RingPoll, which attends to the transmit ring. Any lock may be held, except for take_over.
    void attend() const;     // no signals from now on
    bool has_news() const {  // posted since somebody took frames
        return CHANNEL_PEEK(memory_->transmit_ring().posted) != seen_.load(std::memory_order_relaxed);
    }
    bool rest() const;  // signals again. False: there is news, and no signals
    // Ends an attendance: sends what is posted, and rests. False: there was nothing.
    bool take_over() EXCLUDES(lock_, ring_lock_);
    void set_polled(bool on) { polled_.store(on, std::memory_order_relaxed); }
    bool is_shut() const { return shut_.load(std::memory_order_relaxed); }

  private:
    // The bytes that are copied. A longer frame is sent from the program's pages after so many.
    static constexpr usize kCopied = 192;
    static_assert(kCopied >= TransmitCheck::kReach);

    // transmit.cc
    enum class Sender : u8 { Signal, Poll, Timer, Attendant };
    void send_posted(Sender who) EXCLUDES(lock_, ring_lock_);
    void note_rest_locked() REQUIRES(lock_);
    channel_kernel polled_ring() const;
    enum class Intake : u8 { Done, Full, Lie };  // Full: the device has no room for held_
    Intake take_posted_locked() REQUIRES(lock_);
    Intake send_all_locked(u32 posted) REQUIRES(lock_);
    bool send_locked() REQUIRES(lock_);
    [[gnu::always_inline]] inline Result<> make_frame_locked(SentFrame& record, Mbuf& m) REQUIRES(lock_);
    [[gnu::always_inline]] inline void copy_head_locked(Mbuf& m) REQUIRES(lock_);
    void gather_head_locked(Mbuf& m, usize n) REQUIRES(lock_);
    Result<> prepare_offload_locked(Mbuf& m) REQUIRES(lock_);
    bool attach_rest_locked(SentFrame& record, Mbuf& m) REQUIRES(lock_);
    [[gnu::always_inline]] inline bool pass_to_device_locked(SentFrame& record, MbufPtr& m, usize length)
        REQUIRES(lock_);
    void finish_locked(SentFrame& record, usize length, Errno error) REQUIRES(lock_);
    void complete_finished_locked() REQUIRES(lock_) EXCLUDES(ring_lock_);
    void drop_held() EXCLUDES(lock_);

    // channel.cc
    bool put(const Mbuf& frame, bool verified) EXCLUDES(ring_lock_);
    u32 events_locked() REQUIRES(ring_lock_);
    void shut_locked() REQUIRES(ring_lock_);
    void shut() EXCLUDES(ring_lock_);
    void release_flows() EXCLUDES(lock_);
    void arm(Duration delay) EXCLUDES(ring_lock_);
    void arm_locked(Duration delay) REQUIRES(ring_lock_);
    void run() EXCLUDES(lock_, ring_lock_);
    static void on_timer(void* self);
    void last_ref_gone() override;

    Channels& home_;
    Interface& interface_;
    const Ref<ChannelMemory> memory_;
    const u64 id_;
    const bool raw_;
    std::atomic<u32> shut_{0};
    std::atomic<u32> merges_acks_{0};
    std::atomic<u32> unfinished_{0};  // frames taken and not completed
    std::atomic<u32> polled_{0};      // RingPoll has it
    std::atomic<u32> seen_{0};        // up to here the frames are taken, or wait for the device
    SentFrames frames_;

    platform::Lock lock_{LockRank::Channel, "channel"};
    ChannelFlows flows_ GUARDED_BY(lock_);
    TransmitIntake intake_ GUARDED_BY(lock_);
    TransmitCheck check_ GUARDED_BY(lock_);
    PostedFrame posted_ GUARDED_BY(lock_);
    MbufPtr held_ GUARDED_BY(lock_);  // for which the device's ring had no room
    SentFrame* held_record_ GUARDED_BY(lock_) = nullptr;
    SentFrame* finished_ GUARDED_BY(lock_) = nullptr;  // done, but not yet passed to the outlet
    usize held_length_ GUARDED_BY(lock_) = 0;
    channel_counters sent_ GUARDED_BY(lock_) = {};  // the counters of sending

    platform::Lock ring_lock_{LockRank::ChannelRing, "channel ring"};
    ReceiveRing receive_ GUARDED_BY(ring_lock_);
    TransmitOutlet outlet_ GUARDED_BY(ring_lock_);
    channel_counters received_ GUARDED_BY(ring_lock_) = {};  // the counters of receiving
    PollList pollers_ GUARDED_BY(ring_lock_);
    platform::Timer timer_{on_timer, this};
    bool armed_ GUARDED_BY(ring_lock_) = false;  // the timer holds a reference
    bool closed_ GUARDED_BY(ring_lock_) = false;
};

}  // namespace net
