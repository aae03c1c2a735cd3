// Whether a file system image (abi/fs.h) is sound: every block and inode has exactly one user, or none and is
// marked free; every link count is right; the log makes sense. fsck prints what this finds, and the tests of
// the file system ask it after every crash they stage. It shares no code with the kernel.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abi/fs.h"

struct Census {
    std::vector<std::string> complaints;  // what should not be, in words. None: the image is sound
    std::vector<std::string> notes;       // what is not finished, but the next mount finishes it
    superblock layout{};
    std::string log;  // what the log holds, in words
    uint32_t files = 0, directories = 0, devices = 0;
    uint32_t inodes = 0;   // in use: those, and the orphans
    uint32_t blocks = 0;   // in use by files and directories, indirect blocks included
    uint32_t orphans = 0;  // inodes without a name: sound only while they are open, or before the next mount
};

// Looks at the image as the next mount will see it: a complete commit in the log counts as installed. Any
// bytes will do; what is too damaged to be looked at is a complaint.
Census check_image(std::vector<uint8_t> image);

// For check.cc: what the log has to say; installs its commit. False: it holds none that is complete, so
// nobody knows whether there are orphans.
bool replay_log(std::vector<uint8_t>& image, const superblock& super, Census& census, uint32_t& orphans);
