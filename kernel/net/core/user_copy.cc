#include "net/core/user_copy.h"

namespace net {

Result<> copy_in(MbufQueue& to, UserAddr from, u32 n) {
    for (u32 done = 0; done < n;) {
        MbufPtr m = Mbuf::alloc(0);
        if (!m) return Errno::NoBufs;
        const u32 room = static_cast<u32>(m->tailroom());
        const u32 part = n - done < room ? n - done : room;
        TRY(platform::copy_from_user(m->put(part), from + done, part));
        to.push_tail(std::move(m));
        done += part;
    }
    return {};
}

// Copies n bytes of one mbuf, after the first `skip`, and adds what was copied to `done`.
static Result<> copy_part(const Mbuf& m, usize skip, usize n, UserAddr to, u32& done) {
    Result<> copied;
    m.for_each_range([&](Bytes range) {
        if (skip >= range.size()) return void(skip -= range.size());
        const usize part = n < range.size() - skip ? n : range.size() - skip;
        if (part == 0 || !copied.ok()) return;
        copied = platform::copy_to_user(to, range.data() + skip, part);
        if (!copied.ok()) return;
        to = to + part, n -= part, skip = 0;
        done += static_cast<u32>(part);
    });
    return copied;
}

Result<u32> copy_out(MbufQueue& in, UserAddr to, u32 n, u32& freed) {
    u32 done = 0;
    while (done < n) {
        Mbuf& m = *in.front();
        const u32 before = done;
        const Result<> copied = copy_part(m, 0, n - done, to + done, done);
        const usize fragments = m.fragment_count();
        m.consume(done - before);
        freed += static_cast<u32>(fragments - m.fragment_count());
        if (m.whole_length() == 0) in.pop_head(), freed++;
        if (!copied.ok()) return done ? Result<u32>(done) : copied.error();
    }
    return done;
}

Result<u32> peek_out(const MbufQueue& in, u32 skip, UserAddr to, u32 n) {
    u32 done = 0;
    for (const Mbuf* m = in.front(); m && done < n; m = MbufQueue::next(*m)) {
        const Result<> copied = copy_part(*m, skip, n - done, to + done, done);
        if (!copied.ok()) return done ? Result<u32>(done) : copied.error();
        skip -= m->whole_length() < skip ? static_cast<u32>(m->whole_length()) : skip;
    }
    return done;
}

}  // namespace net
