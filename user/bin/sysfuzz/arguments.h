// Random arguments for random system calls: numbers, pointers, paths, addresses and structures; valid, nearly
// valid and invalid.
#pragma once

#include "suite/draw.h"
#include "suite/kit.h"
#include "suite/raw.h"
#include "suite/usage.h"

namespace sysfuzz {

using namespace suite;

// What an argument of a system call is; abi/syscalls.def names one for each argument.
enum class Kind {
    Anything,  // a random word, a bad pointer, a length or a small number
    Fd,
    Buffer,  // a pointer, valid or not
    Length,
    Number,  // a small one, mostly
    Path,
    OpenFlags,
    Offset,    // in a file: of all sizes, also negative
    Whence,    // SEEK_*
    FileType,  // T_*
    Program,   // the path of a program, mostly
    Argv,
    Pid,  // to kill: the caller or nobody
    DumpMode,
    Major,        // of a device, never the console's
    BreakChange,  // bytes for sbrk
    Ticks,        // to sleep: 1 at most
    // of the network's calls
    Ipv4,
    Family,
    SocketType,
    Protocol,
    SocketAddress,  // a pointer to one
    AddressLength,
    LengthPointer,  // to an int
    MsgFlags,
    ShutdownHow,
    OptionLevel,
    OptionName,
    OptionValue,  // a pointer to one
    PollSet,      // a pointer to pollfds
    PollCount,
    Milliseconds,
    FcntlCommand,
    IoctlRequest,
    IntPointer,
    Nanoseconds,
    ListKind,       // NETLIST_*
    Route,          // a pointer to one
    FilterProgram,  // a pointer to one
    RouteAction,    // ROUTE_*
    Message,        // a pointer to a msghdr
    Vector,         // a pointer to iovecs
    VectorCount,
    // of mmap and munmap
    Protection,
    MapFlags,
    PageOffset,
    Mapping,  // a page of the last mapping
    // of the calls for signals
    SignalNumber,
    SignalTarget,  // to send it to: the caller or nobody
    SignalHow,     // SIG_BLOCK ...
    SignalSet,     // a pointer to one; so are the next two
    SignalAction,
    AlarmTime,
    WaitOptions,
};

// A random argument of this kind.
long random_argument(Draw& draw, Kind kind);

long signal_argument(Draw& draw, Kind kind);  // one of the calls for signals

// What mmap has returned: from now on, pointers may point to it, also when it is not there any more.
void remember_mapping(long at);

// Fills the memory that most pointers point to, mostly with letters.
void fill_area(Draw& draw);

}  // namespace sysfuzz
