// The files below one folder. Nothing outside of it can be reached: each part of a path is opened in the
// folder before, and no symbolic link is followed.
#pragma once

#include <string>
#include <vector>

#include "lib/types.h"
#include "tools/common/fd.h"

namespace server {

using tools::Fd;

struct FoundFile {
    int status = 200;  // 403, 404: there is nothing to send
    Fd file;           // the file, if it is one
    u64 size = 0;
    std::string listing;  // the names in it, if it is a folder
};

// `path`: parts that are not "", "." or "..", and contain no slash.
FoundFile find_file(int root, const std::vector<std::string>& path);

}  // namespace server
