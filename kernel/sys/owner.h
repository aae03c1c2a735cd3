// Which process has an object open?
#pragma once

#include "fs/file_table.h"

// The lowest pid of the processes that have a file for which `is_it` is true, given `object`. 0: none has.
int lowest_owner(bool (*is_it)(const fs::File&, const void* object), const void* object);
