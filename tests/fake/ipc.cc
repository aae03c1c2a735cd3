#include "ipc.h"

#include "ipc/in_flight.h"
#include "ipc/process.h"

namespace fake {

Processes& processes() {
    static Processes p;
    return p;
}

namespace {

std::atomic<u32> files{0};

void close_socket(fs::File& f) {
    auto* s = static_cast<net::Socket*>(f.object);
    s->close();
    s->drop_ref();
}
void close_nothing(fs::File&) {}

constexpr fs::FileOps kSocketOps{nullptr, nullptr, nullptr, close_socket, "socket"};
constexpr fs::FileOps kPlainOps{nullptr, nullptr, nullptr, close_nothing, "plain"};

Ref<fs::File> make(const fs::FileOps& ops, void* object) {
    files++;
    return Ref<fs::File>(new fs::File(ops, object, true, true));
}

}  // namespace

u32 open_files() { return files; }

Ref<fs::File> file_of(const Ref<net::Socket>& socket) {
    socket->add_ref();
    return make(kSocketOps, socket.get());
}
Ref<fs::File> plain_file() { return make(kPlainOps, nullptr); }

}  // namespace fake

namespace fs {

void File::last_ref_gone() {
    ops->close(*this);
    delete this;
    fake::files--;
}
void File::watched_drop() { ipc::collect_garbage(); }

}  // namespace fs

namespace ipc {

int caller_pid() { return fake::processes().pid; }

Result<NameKey> create_name(std::string_view path) {
    static NameKey last = 0;
    auto& paths = fake::processes().paths;
    if (!paths.emplace(path, last + 1).second) return Errno::AddrInUse;
    return ++last;
}

Result<NameKey> find_name(std::string_view path) {
    auto& paths = fake::processes().paths;
    const auto found = paths.find(std::string(path));
    if (found == paths.end()) return Errno::NoEnt;
    return found->second ? Result<NameKey>(found->second) : Errno::ConnRefused;
}

}  // namespace ipc
