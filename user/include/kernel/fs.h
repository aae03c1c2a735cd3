/* The file system on the disk: struct dirent and dinode, BSIZE, ROOTINO. */
#pragma once

#include "abi/fs.h"
#include "../types.h"
