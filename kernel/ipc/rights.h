// Rights: the descriptors of one message (SCM_RIGHTS), as open files.
//
//   Rights (of a message that is being sent)  --depart-->  the queue of an Inbox  --arrive-->  Rights
//   (received)
//
// Between depart() and arrive() the descriptors are in flight: no process may have another one for these
// files. If one of them is an AF_UNIX socket, its queue may in turn hold descriptors, even of itself.
// in_flight.h finds those that no process can reach any more.
#pragma once

#include "fs/file.h"
#include "lib/list.h"
#include "lib/result.h"

namespace ipc {

class LocalSocket;
class Rights;
void release(Rights& rights);

// One descriptor.
struct Right : ListNode<Right> {
    Right(Ref<fs::File> f, LocalSocket* s) : file(std::move(f)), socket(s) {}
    Ref<fs::File> file;
    LocalSocket* socket;  // the file's, if it is a socket of AF_UNIX; else null
    int sender = 0;       // the process that has sent it: counts it while it is in flight
    u64 begin = 0;        // of the message's bytes, in the stream of all bytes of its queue
    u64 end = 0;
};

// - Move-only. Any thread, no lock held, unless noted. The rest is released when it goes out of scope.
class Rights {
  public:
    Rights() = default;
    Rights(Rights&& other) noexcept { take(other); }
    Rights& operator=(Rights&& other) noexcept;
    ~Rights();

    bool empty() { return list_.empty(); }
    u32 count() const { return count_; }
    Right* front() { return list_.front(); }
    Right* next(Right& r) { return list_.next(r); }

    // Adds a file. `socket`: the file's, if it is a socket of AF_UNIX. NoMem.
    Result<> add(Ref<fs::File> file, LocalSocket* socket);
    // Removes the first file; null: there is none.
    Ref<fs::File> pop();

    // Any locks: moves all of `other`, or one, to the end of this.
    void take(Rights& other);
    void take(Right& r, Rights& from);

  private:
    friend void release(Rights& rights);
    List<Right> list_;
    u32 count_ = 0;
};

// Closes the files of descriptors that nobody receives. Closing a socket releases the descriptors in its
// queue: they are put on a list, and the outermost call closes them one by one. So the depth of the stack
// does not depend on how deeply queues are nested.
void release(Rights& rights);

}  // namespace ipc
