// The network control descriptor (abi/netctl.h): who has it, makes channels and says what they may do.
#pragma once

#include "fs/file_table.h"

// Opens it at NETCTL_DESCRIPTOR in the first process, before that runs. Panics without memory.
void open_netctl(fs::FileTable& files);
