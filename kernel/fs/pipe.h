// Pipes: a ring of bytes between two open files.
#pragma once

#include "fs/file.h"

namespace fs {

struct PipeEnds {
    Ref<File> reader, writer;
};

// NFile, NoMem. A read waits until there is something, and returns 0 once nobody can write any more. A write
// waits until all of it went in; Pipe when nobody can read any more. A kill ends both with Intr.
Result<PipeEnds> pipe_create();

}  // namespace fs
