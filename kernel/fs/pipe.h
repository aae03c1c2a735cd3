// Pipes: a byte ring between two open files.
#pragma once

#include "fs/file.h"

namespace fs {

struct PipeEnds {
    Ref<File> reader, writer;
};

// NFile, NoMem. A read waits for at least one byte; it returns 0 if the pipe is empty and the writing end is
// closed. A write waits until all bytes are in the pipe; Pipe: the reading end is closed. A kill ends both
// with Intr.
Result<PipeEnds> pipe_create();

}  // namespace fs
