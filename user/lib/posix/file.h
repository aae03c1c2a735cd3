// stdio's FILE.
#pragma once

struct stdio_file {
    static constexpr unsigned kRoom = 1024;
    enum Mode : unsigned char { Full, Line, None };

    int fd;
    Mode mode;  // when output is written
    bool may_read, may_write;
    bool writes;  // text[0, end) is output; else text[at, end) is unread input
    bool at_end, failed;
    bool allocated, allocated_text;
    unsigned at, end, room;
    char* text;           // room + 1 bytes: one more at the front, for ungetc
    stdio_file* next;     // in the list of all open files
    char own[kRoom + 1];  // `text`, unless setvbuf() has given another
};

namespace posix {

// Writes the buffer. False: it failed.
bool flush(stdio_file& f);
// The same; and of input, gives what is unread back to the file, if that has an offset.
bool settle(stdio_file& f);
void put(stdio_file& f, const char* from, unsigned long n);
// The next byte of input, or -1.
int get(stdio_file& f);
// All open files.
extern stdio_file* all_files;

}  // namespace posix
