#include "dev/console.h"

#include "abi/poll.h"
#include "dev/uart.h"
#include "lib/string.h"
#include "mm/uaccess.h"
#include "sync/wait_queue.h"

namespace dev {
namespace {

constexpr char control(char letter) { return static_cast<char>(letter - '@'); }
constexpr char kBackspace = '\b', kDelete = 0x7f;
constexpr char kEndOfFile = control('D');

// A ring of characters with three positions, each counting up for ever:
//   read_ <= complete_ <= edit_      complete lines lie below complete_, the line being edited between it and
//   edit_
class Console {
  public:
    void received(char c) {
        IrqGuard g(lock_);
        switch (c) {
            case kBackspace:
            case kDelete: erase_one_locked(); break;
            case control('U'):
                while (edit_ != complete_) erase_one_locked();
                break;
            case control('W'): erase_word_locked(); break;
            case kEndOfFile: append_locked(c); break;
            case '\r': c = '\n'; [[fallthrough]];
            default: append_locked(c);
        }
    }

    Result<i64> read(UserAddr to, usize n, bool wait) {
        char line[128];
        usize copied = 0;
        while (copied < n) {
            bool ended = false;
            const usize room = n - copied < sizeof line ? n - copied : sizeof line;
            const usize got = TRY(take(line, room, copied == 0, wait, ended));
            TRY(mm::copy_out(to + copied, line, got));
            copied += got;
            if (ended || got == 0) break;
        }
        return static_cast<i64>(copied);
    }

    u32 poll(PollEntry* watch) {
        IrqGuard g(lock_);
        pollers_.add(watch);
        return POLLOUT | POLLWRNORM | (read_ != complete_ ? POLLIN | POLLRDNORM : 0);
    }
    void unwatch(PollEntry& watch) {
        IrqGuard g(lock_);
        PollList::remove(watch);
    }

  private:
    static constexpr usize kSize = 8192;
    char& at(usize position) { return ring_[position % kSize]; }

    // Up to n characters of a complete line, its first ones or some more. `ended`: its end is among them, or
    // was an end of file.
    Result<usize> take(char* to, usize n, bool first, bool wait, bool& ended) {
        IrqGuard g(lock_);
        while (first && read_ == complete_) {
            if (!wait) return Errno::Again;
            TRY(line_complete_.wait(lock_));
        }
        usize got = 0;
        while (got < n && read_ != complete_ && !ended) {
            const char c = at(read_);
            ended = c == '\n' || c == kEndOfFile;
            // An end of file behind other characters ends this read, and is there again for the next.
            if (c == kEndOfFile && (got > 0 || !first)) break;
            read_++;
            if (c != kEndOfFile) to[got++] = c;
        }
        return got;
    }

    // The last place is kept for what completes the line, so that a line that is too long can still be read.
    void append_locked(char c) REQUIRES(lock_) {
        const bool completes = c == '\n' || c == kEndOfFile;
        if (edit_ - read_ >= (completes ? kSize : kSize - 1)) return;
        at(edit_++) = c;
        if (c != kEndOfFile) uart_write(&c, 1);
        if (completes || edit_ - read_ == kSize) {
            complete_ = edit_;
            line_complete_.wake_all();
            pollers_.wake_all();
        }
    }
    void erase_one_locked() REQUIRES(lock_) {
        if (edit_ == complete_) return;
        edit_--;
        uart_write("\b \b", 3);
    }
    void erase_word_locked() REQUIRES(lock_) {
        while (edit_ != complete_ && at(edit_ - 1) == ' ') erase_one_locked();
        while (edit_ != complete_ && at(edit_ - 1) != ' ') erase_one_locked();
    }

    IrqSpinLock lock_{LockRank::Console, "console"};
    WaitQueue line_complete_{"console"};
    PollList pollers_ GUARDED_BY(lock_);
    char ring_[kSize] GUARDED_BY(lock_) = {};
    usize read_ GUARDED_BY(lock_) = 0;
    usize complete_ GUARDED_BY(lock_) = 0;
    usize edit_ GUARDED_BY(lock_) = 0;
};

constinit Console console;

}  // namespace

void console_init() {
    uart_start_input([](char c) { console.received(c); });
}

Result<i64> console_read(UserAddr to, usize n, bool wait) { return console.read(to, n, wait); }
u32 console_poll(PollEntry* watch) { return console.poll(watch); }
void console_unwatch(PollEntry& watch) { console.unwatch(watch); }

Result<i64> console_write(UserAddr from, usize n) {
    char text[256];
    for (usize done = 0; done < n;) {
        const usize piece = n - done < sizeof text ? n - done : sizeof text;
        if (!mm::copy_in(text, from + done, piece).ok())
            return done ? Result<i64>(static_cast<i64>(done)) : Errno::Fault;
        uart_write(text, piece);
        done += piece;
    }
    return static_cast<i64>(n);
}

}  // namespace dev
