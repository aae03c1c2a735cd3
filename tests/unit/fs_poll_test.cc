// What a file remembers for poll(): events that have not occurred since its object's last change.
#include "abi/poll.h"
#include "fs_fixture.h"

namespace {

// An object with one event.
struct Object {
    PollList pollers;
    u32 events = 0;
    int asked = 0;
    bool changes_meanwhile = false;

    void set(u32 now) {
        events = now;
        pollers.wake_all();
    }
    static Object& of(fs::File& f) { return *static_cast<Object*>(f.object); }
    static u32 poll(fs::File& f, PollEntry* watch) {
        Object& o = of(f);
        o.asked++;
        o.pollers.add(watch);
        const u32 answer = o.events;
        if (o.changes_meanwhile) o.set(POLLIN);  // after the answer, before the caller gets it
        return answer;
    }
    static void unwatch(fs::File&, PollEntry& watch) { PollList::remove(watch); }
    static void close(fs::File&) {}
};

constexpr fs::FileOps kOps{.read = nullptr,
                           .write = nullptr,
                           .stat = nullptr,
                           .close = Object::close,
                           .name = "object",
                           .poll = Object::poll,
                           .unwatch = Object::unwatch};
constexpr u32 kIn = POLLIN;

Ref<fs::File> file_of(Object& o, bool remembers = true) {
    Ref<fs::File> f = fs::file_alloc(kOps, &o, true, true).value();
    f->remembers = remembers;
    return f;
}

TEST(FilePoll, AsksAnIdleObjectOnlyOnce) {
    Object o;
    const Ref<fs::File> f = file_of(o);
    for (int i = 0; i < 5; i++) EXPECT_EQ(f->poll(kIn), 0u);
    EXPECT_EQ(o.asked, 1);
}

TEST(FilePoll, AsksAgainAfterAChange) {
    Object o;
    const Ref<fs::File> f = file_of(o);
    EXPECT_EQ(f->poll(kIn), 0u);
    o.set(POLLIN);
    EXPECT_EQ(f->poll(kIn), u32{POLLIN});
    EXPECT_EQ(f->poll(kIn), u32{POLLIN}) << "an event that has occurred is never remembered: it may be over";
    o.events = 0;
    EXPECT_EQ(f->poll(kIn), 0u);
    EXPECT_EQ(f->poll(kIn), 0u);
    EXPECT_EQ(o.asked, 4);
}

TEST(FilePoll, RemembersEachEvent) {
    Object o;
    o.events = POLLOUT;
    const Ref<fs::File> f = file_of(o);
    EXPECT_EQ(f->poll(kIn), 0u);
    EXPECT_EQ(f->poll(kIn | POLLOUT), u32{POLLOUT});
    EXPECT_EQ(f->poll(kIn), 0u);
    EXPECT_EQ(o.asked, 2);
}

TEST(FilePoll, ReportsAHangupThatNobodyAskedFor) {
    Object o;
    const Ref<fs::File> f = file_of(o);
    EXPECT_EQ(f->poll(kIn), 0u);
    o.set(POLLOUT | POLLHUP);
    EXPECT_EQ(f->poll(kIn), u32{POLLHUP});
    EXPECT_EQ(f->poll(0), u32{POLLHUP});
}

TEST(FilePoll, DoesNotBelieveAnAnswerFromBeforeAChange) {
    Object o;
    const Ref<fs::File> f = file_of(o);
    o.changes_meanwhile = true;
    EXPECT_EQ(f->poll(kIn), 0u);
    o.changes_meanwhile = false;
    EXPECT_EQ(f->poll(kIn), u32{POLLIN});
}

TEST(FilePoll, ForgetsAfterACallThatMayHaveChangedTheObject) {
    Object o;
    const Ref<fs::File> f = file_of(o);
    EXPECT_EQ(f->poll(kIn), 0u);
    o.events = POLLHUP;  // and wakes nobody
    f->unready.forget();
    EXPECT_EQ(f->poll(kIn), u32{POLLHUP});
}

TEST(FilePoll, KnowsOfAChangeBeforeThoseWhoWaitForIt) {
    struct Waiter : PollWaiter {
        fs::File* file = nullptr;
        u32 saw = 0;
        void wake() override { saw = file->poll(kIn); }
    } waiter;
    Object o;
    const Ref<fs::File> f = file_of(o);
    PollEntry entry;
    entry.waiter = &waiter, waiter.file = f.get();
    o.pollers.add(&entry);
    EXPECT_EQ(f->poll(kIn), 0u) << "now the file comes to the list, later than the waiter";
    o.set(POLLIN);
    EXPECT_EQ(waiter.saw, u32{POLLIN});
    PollList::remove(entry);
}

TEST(FilePoll, LeavesTheListWhenTheFileIsClosed) {
    Object o;
    EXPECT_EQ(file_of(o)->poll(kIn), 0u);
    EXPECT_TRUE(o.pollers.empty());
}

TEST(FilePoll, RemembersNothingOfOtherFiles) {
    Object o;
    const Ref<fs::File> f = file_of(o, false);
    for (int i = 0; i < 3; i++) EXPECT_EQ(f->poll(kIn), 0u);
    EXPECT_EQ(o.asked, 3);
    EXPECT_TRUE(o.pollers.empty());
}

}  // namespace
