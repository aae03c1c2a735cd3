#include "net/core/user_copy.h"

namespace net {
namespace {

// Copies at most n bytes, and adds what was copied to `done`.
Result<> copy_range(Bytes range, u32 n, UserAddr to, u32& done) {
    if (n > range.size()) n = static_cast<u32>(range.size());
    const Result<> copied = platform::copy_to_user(to, range.data(), n);
    if (copied.ok()) done += n;
    return copied;
}

// The same with a whole mbuf, after the first `skip` bytes.
[[gnu::noinline]] Result<> copy_part(const Mbuf& m, usize skip, u32 n, UserAddr to, u32& done) {
    const u32 before = done;
    Result<> copied;
    m.for_each_range([&](Bytes range) {
        if (skip >= range.size()) return void(skip -= range.size());
        range = range.subspan(std::exchange(skip, 0));
        const u32 part = done - before;
        if (part < n && copied.ok()) copied = copy_range(range, n - part, to + part, done);
    });
    return copied;
}

}  // namespace

Result<> copy_in(MbufQueue& to, UserAddr from, u32 n) {
    while (n > 0) {
        MbufPtr m = Mbuf::alloc(0);
        if (!m) return Errno::NoBufs;
        const u32 part = n < kMbufRoom ? n : u32{kMbufRoom};
        TRY(platform::copy_from_user(m->put(part), from, part));
        to.push_tail(std::move(m));
        from = from + part, n -= part;
    }
    return {};
}

Result<u32> copy_out(MbufQueue& in, UserAddr to, u32 n, u32& freed) {
    u32 done = 0;
    while (done < n) {
        Mbuf& m = *in.front();
        const u32 before = done;
        const Result<> copied = m.fragment_count() ? copy_part(m, 0, n - done, to + done, done)
                                                   : copy_range(m.bytes(), n - done, to + done, done);
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
