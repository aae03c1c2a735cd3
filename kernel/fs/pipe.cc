#include "fs/pipe.h"

#include "abi/file_status.h"
#include "abi/ioctl.h"
#include "fs/pipe_bytes.h"
#include "fs/pool.h"
#include "mm/uaccess.h"

namespace fs {
namespace {

constinit Pool<Pipe> pipes{LockRank::FileTable, "pipes", memory_share::kPipes, Errno::NFile};

Pipe& pipe_of(File& f) { return *static_cast<Pipe*>(f.object); }

Result<i64> read_pipe(File& f, UserAddr to, usize n) {
    return static_cast<i64>(TRY(pipe_of(f).read(to, n, !f.nonblocking)));
}
Result<i64> write_pipe(File& f, UserAddr from, usize n) {
    return static_cast<i64>(TRY(pipe_of(f).write(from, n, !f.nonblocking)));
}
u32 poll_pipe(File& f, PollEntry* watch) { return pipe_of(f).poll(f.writable, watch); }
void unwatch_pipe(File& f, PollEntry& watch) { pipe_of(f).unwatch(watch); }

Result<> ioctl_pipe(File& f, u32 request, UserAddr argument) {
    if (request != FIONREAD) return Errno::NotTty;
    const auto count = static_cast<i32>(pipe_of(f).count());
    return mm::copy_out(argument, &count, sizeof count);
}

Result<> stat_pipe(File&, file_status& answer) {
    answer.mode = S_IFIFO | 0600;
    answer.nlink = 1;
    return {};
}

void close_pipe(File& f) {
    if (f.object && pipe_of(f).close(f.writable)) pipes.destroy(pipe_of(f));
}

constexpr FileOps kPipeOps{read_pipe, write_pipe, stat_pipe,    close_pipe,
                           "pipe",    poll_pipe,  unwatch_pipe, ioctl_pipe};

}  // namespace

Result<PipeEnds> pipe_create() {
    PipeEnds ends;
    ends.reader = TRY(file_alloc(kPipeOps, nullptr, true, false));
    ends.writer = TRY(file_alloc(kPipeOps, nullptr, false, true));
    ends.reader->object = ends.writer->object = TRY(pipes.make());
    ends.reader->remembers = ends.writer->remembers = true;
    return ends;
}

}  // namespace fs
