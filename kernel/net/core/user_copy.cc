#include "net/core/user_copy.h"

#include "lib/string.h"

namespace net {
namespace {

// A program's memory, from `at` on: `find` is called once for the bytes that lie together, not for each copy.
template <class Run, Result<> (&find)(UserAddr, usize, Run&)>
class UserMemory {
  public:
    UserMemory(UserAddr at, u32 n) : at_(at), left_(n) {}

    // The next bytes, at most n, which are more than 0 and no more than there are.
    Result<Run> take(usize n) {
        if (run_.empty()) {
            Run found;
            TRY(find(at_, left_, found));
            at_ = at_ + found.size(), left_ -= found.size();
            run_ = found;
        }
        const Run taken = run_.first(n < run_.size() ? n : run_.size());
        run_ = run_.subspan(taken.size());
        return taken;
    }

  private:
    UserAddr at_;
    usize left_;
    Run run_;
};
using UserSource = UserMemory<Bytes, platform::readable_by_user>;
using UserTarget = UserMemory<MutBytes, platform::writable_by_user>;

Result<> copy(u8* to, UserSource& from, usize n) {
    while (n > 0) {
        const Bytes part = TRY(from.take(n));
        memcpy(to, part.data(), part.size());
        to += part.size(), n -= part.size();
    }
    return {};
}

// Copies n bytes of one mbuf, after the first `skip`, and adds what was copied to `done`.
Result<> copy_part(const Mbuf& m, usize skip, usize n, UserTarget& to, u32& done) {
    Result<> copied;
    m.for_each_range([&](Bytes range) {
        if (skip >= range.size()) return void(skip -= range.size());
        range = range.subspan(std::exchange(skip, 0));
        while (!range.empty() && n > 0 && copied.ok()) {
            const Result<MutBytes> part = to.take(n < range.size() ? n : range.size());
            if (!part.ok()) return void(copied = part.error());
            const usize size = part.value().size();
            memcpy(part.value().data(), range.data(), size);
            range = range.subspan(size), n -= size;
            done += static_cast<u32>(size);
        }
    });
    return copied;
}

}  // namespace

Result<> copy_in(MbufQueue& to, UserAddr from, u32 n) {
    for (UserSource source(from, n); n > 0;) {
        MbufPtr m = Mbuf::alloc(0);
        if (!m) return Errno::NoBufs;
        const u32 part = n < kMbufRoom ? n : u32{kMbufRoom};
        TRY(copy(m->put(part), source, part));
        to.push_tail(std::move(m));
        n -= part;
    }
    return {};
}

Result<u32> copy_out(MbufQueue& in, UserAddr to, u32 n, u32& freed) {
    u32 done = 0;
    for (UserTarget target(to, n); done < n;) {
        Mbuf& m = *in.front();
        const u32 before = done;
        const Result<> copied = copy_part(m, 0, n - done, target, done);
        const usize fragments = m.fragment_count();
        m.consume(done - before);
        freed += static_cast<u32>(fragments - m.fragment_count());
        if (m.whole_length() == 0) in.pop_head(), freed++;
        if (!copied.ok()) return done ? Result<u32>(done) : copied.error();
    }
    return done;
}

Result<u32> peek_out(const MbufQueue& in, u32 skip, UserAddr to, u32 n) {
    UserTarget target(to, n);
    u32 done = 0;
    for (const Mbuf* m = in.front(); m && done < n; m = MbufQueue::next(*m)) {
        const Result<> copied = copy_part(*m, skip, n - done, target, done);
        if (!copied.ok()) return done ? Result<u32>(done) : copied.error();
        skip -= m->whole_length() < skip ? static_cast<u32>(m->whole_length()) : skip;
    }
    return done;
}

}  // namespace net
