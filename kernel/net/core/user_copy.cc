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

Result<u32> copy_out(MbufQueue& in, UserAddr to, u32 n, u32& freed) {
    u32 done = 0;
    while (done < n) {
        MbufPtr m = in.pop_head();
        const u32 length = static_cast<u32>(m->length());
        const u32 part = n - done < length ? n - done : length;
        const Result<> copied = platform::copy_to_user(to + done, m->data(), part);
        if (copied.ok()) {
            done += part;
            m->pull(part);
        }
        if (m->length() > 0)
            in.push_head(std::move(m));
        else
            freed++;
        if (!copied.ok()) return done ? Result<u32>(done) : copied.error();
    }
    return done;
}

Result<u32> peek_out(const MbufQueue& in, u32 skip, UserAddr to, u32 n) {
    u32 done = 0;
    for (const Mbuf* m = in.front(); m && done < n; m = MbufQueue::next(*m)) {
        const u32 length = static_cast<u32>(m->length());
        if (skip >= length) {
            skip -= length;
            continue;
        }
        const u32 part = n - done < length - skip ? n - done : length - skip;
        const Result<> copied = platform::copy_to_user(to + done, m->data() + skip, part);
        if (!copied.ok()) return done ? Result<u32>(done) : copied.error();
        skip = 0;
        done += part;
    }
    return done;
}

}  // namespace net
