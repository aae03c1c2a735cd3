// Pipes: with one end closed, with many processes at each end, and closed while a process waits.
#include "abi/poll.h"
#include "kit.h"

namespace usertests {

bool test_pipe_ends() {
    Pipe pipe;
    if (!pipe.ok()) return false;
    char text[4] = "abc";
    if (!expect("write()", write(pipe.writer(), text, 4), 4)) return false;
    pipe.close_writer();
    if (!expect("read() of the bytes left by a closed end", read(pipe.reader(), text, 4), 4) ||
        !expect("read() at the end", read(pipe.reader(), text, 4), 0))
        return false;
    Pipe other;
    other.close_reader();
    struct stat st;
    return expect("write() without a reader", write(other.writer(), text, 4), -EPIPE) &&
           expect("write() of nothing without a reader", write(other.writer(), text, 0), 0) &&
           expect("fstat()", fstat(other.writer(), &st), 0) && expect("its type", st.type, T_PIPE);
}

namespace {

constexpr int kWriters = 5, kReaders = 4, kRecord = 8;

int write_records(int fd, int count) {
    for (int i = 0; i < count; i++) {
        if (write(fd, &i, 4) != 4) return 1;
    }
    return 0;
}

// The sum of all records. A reader may get several at once, but never a part of one.
int read_records(int fd, int report) {
    char bytes[kRecord * 25];
    int values[sizeof bytes / 4];
    long sum = 0;
    for (int n; (n = read(fd, bytes, sizeof bytes)) != 0;) {
        if (n < 0 || n % 4) return 1;
        memcpy(values, bytes, static_cast<unsigned long>(n));
        for (int i = 0; i < n / 4; i++) sum += values[i];
    }
    return write(report, &sum, sizeof sum) == sizeof sum ? 0 : 1;
}

}  // namespace

bool test_pipe_crowd() {
    const int count = quick ? 2000 : 20'000;
    Pipe data, report;
    if (!data.ok() || !report.ok()) return false;
    for (int i = 0; i < kWriters; i++) start([&] { return write_records(data.writer(), count); });
    for (int i = 0; i < kReaders; i++) {
        start([&] {
            data.close_writer();
            return read_records(data.reader(), report.writer());
        });
    }
    data.close_both();
    for (int i = 0, status; i < kWriters + kReaders; i++) {
        if (wait(&status) < 0 || status != 0) return fail("a reader or writer ended with status %d", status);
    }
    long total = 0;
    for (int i = 0; i < kReaders; i++) {
        long sum;
        if (read(report.reader(), &sum, sizeof sum) == sizeof sum) total += sum;
    }
    const long want = static_cast<long>(kWriters) * count * (count - 1) / 2;
    return total == want || fail("what was read sums up to %ld, what was written to %ld", total, want);
}

bool test_pipe_closed_under_readers() {
    for (int round = 0; round < (quick ? 20 : 200); round++) {
        Pipe pipe;
        if (!pipe.ok()) return false;
        int readers[3];
        for (int& reader : readers) {
            reader = start([&] {
                pipe.close_writer();
                char byte;
                return read(pipe.reader(), &byte, 1);
            });
        }
        const int writer = start([&, round] {
            pipe.close_reader();
            if (round % 4 == 0) sleep(1);
            return 0;
        });
        pipe.close_both();
        if (round % 3 == 0) kill(readers[1]);
        for (int i = 0, status; i < 4; i++) {
            const int pid = wait(&status);
            if (status == 0 || (pid == readers[1] && status == kKilled)) continue;
            return fail("%s ended with status %d", pid == writer ? "the writer" : "a reader", status);
        }
    }
    return true;
}

// A process polls as many descriptors as it may have; the last one becomes ready.
bool test_poll_all() {
    static pollfd fds[NOFILE + 1];
    Pipe silent, go;
    if (!silent.ok() || !go.ok()) return false;
    const int last = dup(go.reader());
    while (dup(silent.reader()) >= 0) continue;
    const long moved = call(kCall_dup2, last, NOFILE - 1);
    int n = 0;
    for (int fd = 0; fd < NOFILE; fd++) {
        if (fd > go.writer()) fds[n++] = {fd == last ? silent.reader() : fd, POLLIN, 77};
    }
    while (n <= NOFILE) fds[n++] = {-1, POLLIN, 77};
    const int at = NOFILE - 1 - (go.writer() + 1);
    if (!expect("dup2() to the last descriptor", moved, NOFILE - 1) ||
        !expect("poll() of one entry too many", call(kCall_poll, reinterpret_cast<long>(fds), NOFILE + 1, 0),
                -EINVAL) ||
        !expect("poll() of all descriptors, none ready",
                call(kCall_poll, reinterpret_cast<long>(fds), NOFILE, 0), 0))
        return false;
    const int pid = start([&] {
        call(kCall_nanosleep, 50'000'000);
        return write(go.writer(), "x", 1) - 1;
    });
    const long ready = call(kCall_poll, reinterpret_cast<long>(fds), NOFILE, 5000);
    end_of(pid);
    return expect("poll() of all descriptors, one of which becomes ready", ready, 1) &&
           expect("the events of the last descriptor", fds[at].revents, POLLIN) &&
           expect("the events of the descriptor before it", fds[at - 1].revents, 0);
}

}  // namespace usertests
