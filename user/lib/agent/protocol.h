// What nx6 on the host and the agent in the guest send each other (docs/agent.md). Both include this file.
//
// Every connection carries one request. Both directions are a sequence of frames:
//
//     | kind, 1 | zero, 3 | length, 4 | payload, `length` bytes |       numbers are little-endian
//
//   nx6 -> agent    Run ... Input, InputEnd, Signal        agent -> nx6    Output, Errors, Credit ... Exit
//                   Put ... Data, End                                      End
//                   Get                                                    Data, End
//
// The agent may answer any request with Error, its last frame. Whoever receives a frame that it does not
// expect ends the connection. A connection that ends before Exit or End has failed: the agent kills the
// command, and an incomplete file is removed.
//
// Flow control: nx6 sends at most kInputWindow bytes of input that the agent has not credited. So the agent
// always has room for what arrives, and reads a Signal also while the command ignores its input. In the other
// direction, who does not read stops the writer: the socket is the only buffer.
#pragma once

#include "lib/endian.h"

namespace agent {

inline constexpr u32 kPort = 1006;  // the agent's vsock port
inline constexpr u32 kVersion = 1;  // of this protocol; no other is accepted
inline constexpr u8 kMagic[4] = {'n', 'x', '6', 'a'};

inline constexpr usize kMaxPayload = 16384;
inline constexpr usize kMaxText = 2000;       // of a command line, a file's name, an error
inline constexpr usize kInputWindow = 32768;  // bytes of input that the agent can hold

enum class Kind : u8 {
    Run = 1,   // Request and a command line
    Put,       // Request and the name of the file to write
    Get,       // Request and the name of the file to read
    Input,     // bytes of the command's standard input
    InputEnd,  // empty
    Signal,    // SignalNumber: for all processes of the command
    Output,    // bytes of the command's standard output
    Errors,    // bytes of its standard error
    Credit,    // CreditGrant: more bytes of input may be sent
    Exit,      // ExitStatus: the command has ended, and all its output has been sent
    Data,      // bytes of a file
    End,       // empty: the file is complete; from the agent in answer to Put: it has its name
    Error,     // text: why the request failed
    kLast = Error,
};

struct FrameHeader {
    Kind kind;
    u8 zero[3];
    le32 length;  // of the payload; at most kMaxPayload
};
static_assert(sizeof(FrameHeader) == 8 && alignof(FrameHeader) == 1);

struct Request {
    u8 magic[4];
    le32 version;  // text follows, without a terminating zero
};
static_assert(sizeof(Request) == 8 && alignof(Request) == 1);

struct SignalNumber {
    le32 number;  // SIGINT and so on
};
struct CreditGrant {
    le32 bytes;
};
struct ExitStatus {
    le32 status;  // 0 to 255, if signal is 0
    le32 signal;  // the number of the signal that killed the command
};

}  // namespace agent
