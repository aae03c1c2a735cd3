// Checks that a file system image (abi/fs.h) is sound: every block and inode has exactly one owner, or none
// and is marked free; every link count is right; the log is valid. fsck prints the result, and the file
// system tests use it after every simulated crash. It shares no code with the kernel.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abi/fs.h"

struct Census {
    std::vector<std::string> complaints;  // the errors, as messages; none: the image is sound
    std::vector<std::string> notes;       // unfinished changes that the next mount completes
    superblock layout{};
    std::string log;  // the state of the log, as a message
    uint32_t files = 0, directories = 0, devices = 0, sockets = 0;
    uint32_t inodes = 0;   // in use: the above and the orphans
    uint32_t blocks = 0;   // in use by files and directories, including indirect blocks
    uint32_t orphans = 0;  // inodes without a name: open files, or to be freed by the next mount
};

// Checks the image in the state after the next mount: a complete commit in the log counts as installed.
// `image` may be any bytes; damage that prevents further checks is a complaint.
Census check_image(std::vector<uint8_t> image);

// For check.cc: reads the log, installs its commit in `image` and sets `orphans`. False: the commit is
// incomplete, so the number of orphans is unknown.
bool replay_log(std::vector<uint8_t>& image, const superblock& super, Census& census, uint32_t& orphans);
