// stdio's FILE.
#pragma once

struct stdio_file {
    static constexpr unsigned kRoom = 1024;
    enum Mode : unsigned char { Full, Line, None };

    int fd;
    Mode mode;    // when output is written
    bool writes;  // text[0, end) is output; else text[at, end) is unread input
    bool at_end, failed;
    bool allocated;
    unsigned at, end;
    stdio_file* next;      // in the list of all open files
    char text[kRoom + 1];  // one more at the front, for ungetc
};

namespace posix {

// Writes the buffer. False: it failed.
bool flush(stdio_file& f);
void put(stdio_file& f, const char* from, unsigned long n);
// The next byte of input, or -1.
int get(stdio_file& f);

}  // namespace posix
