// The history in a file: a line of it a line.
//
// Lines are appended, so several shells can use one file. It grows to twice what a history holds, and is then
// replaced by its second half. Errors are ignored: without the file there is no history, and nothing else
// changes.
#pragma once

#include "line/history.h"

namespace line {

class HistoryFile {
  public:
    constexpr explicit HistoryFile(const char* path) : path_(path) {}
    void load(History& into);
    void append(Text line);

  private:
    void shorten();

    const char* path_;
    int lines_ = 0;  // in the file
};

}  // namespace line
