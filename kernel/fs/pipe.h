// Pipes: a queue of at most 64 KiB between two open files.
#pragma once

#include "fs/file.h"

namespace fs {

struct PipeEnds {
    Ref<File> reader, writer;
};

// NFile, NoMem. A read waits for at least one byte; it returns 0 if the pipe is empty and the writing end is
// closed. A write waits until all bytes are in the pipe; Pipe: the reading end is closed. At most PIPE_BUF
// bytes are written at once or not at all. A kill ends both with Intr. NoMem: no page for the bytes.
Result<PipeEnds> pipe_create();

}  // namespace fs
