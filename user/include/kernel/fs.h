/* The file system on the disk: struct dirent and dinode, BSIZE, ROOTINO. */
#pragma once

#include "../types.h"
#include "abi/fs.h"
