// Packet channels as files: connects fs/ and net/channel/.
#pragma once

#include "fs/file_table.h"
#include "net/channel/channels.h"

// Allocates a descriptor of the current process for a new channel. On failure the channel is closed. MFile,
// NFile, NoMem.
Result<int> install_channel(const Ref<net::Channel>& channel);

// The channel of a descriptor of the current process. BadF. Inval: the descriptor is no channel.
Result<net::Channel*> channel_of(int fd);

// The channel of a file; null: it is another file. For Owners.
const void* listed_channel(const fs::File& f);
