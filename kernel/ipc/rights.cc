#include "ipc/rights.h"

#include "net/core/pool.h"

namespace ipc {
namespace {

constinit net::Pool<Right> pool{LockRank::ConnectionTable};

// The descriptors to be closed, and whether a thread closes them.
constinit net::platform::Lock release_lock{LockRank::InFlight, "descriptors to close"};
constinit List<Right> doomed GUARDED_BY(release_lock);
constinit bool releasing GUARDED_BY(release_lock) = false;

Right* next_doomed() {
    net::platform::Guard guard(release_lock);
    Right* r = doomed.pop_front();
    if (!r) releasing = false;
    return r;
}

}  // namespace

void release(Rights& rights) {
    {
        net::platform::Guard guard(release_lock);
        while (Right* r = rights.list_.pop_front()) doomed.push_back(*r);
        rights.count_ = 0;
        if (std::exchange(releasing, true)) return;
    }
    while (Right* r = next_doomed()) {
        r->file->closes_at_once =
            true;  // this thread, and all whose descriptors wait behind it, must not wait
        pool.destroy(r);
    }
}

Rights& Rights::operator=(Rights&& other) noexcept {
    release(*this);
    take(other);
    return *this;
}

Rights::~Rights() {
    if (!empty()) release(*this);
}

Result<> Rights::add(Ref<fs::File> file, LocalSocket* socket) {
    Right* r = pool.create(std::move(file), socket);
    if (!r) return Errno::NoMem;
    list_.push_back(*r);
    count_++;
    return {};
}

Ref<fs::File> Rights::pop() {
    Right* r = list_.pop_front();
    if (!r) return {};
    count_--;
    Ref<fs::File> file = std::move(r->file);
    pool.destroy(r);
    return file;
}

void Rights::take(Rights& other) {
    while (Right* r = other.list_.pop_front()) list_.push_back(*r);
    count_ += std::exchange(other.count_, 0);
}

void Rights::take(Right& r, Rights& from) {
    r.unlink();
    from.count_--;
    list_.push_back(r);
    count_++;
}

}  // namespace ipc
