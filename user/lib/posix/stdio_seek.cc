// stdio: the offset in a file.
#include "abi/seek.h"
#include "posix/file.h"
#include "posix/posix.h"
#include "second_name.h"

using File = stdio_file;

extern "C" {

// Input in the buffer is read again, so that ungetc() and other processes' writes need no thought.
int posix_fseek(File* f, off_t offset, int whence) {
    if (f->writes && !posix::flush(*f)) return -1;
    const long unread = f->writes ? 0 : static_cast<long>(f->end) - static_cast<long>(f->at);
    if (whence == SEEK_CUR) offset -= unread;
    if (posix::check(raw_lseek(f->fd, offset, whence)) < 0) return -1;
    f->writes = !f->may_read;
    f->at = f->end = 0;
    f->at_end = false;
    return 0;
}

off_t posix_ftell(File* f) {
    if (f->writes && !posix::flush(*f)) return -1;
    const long at = posix::check(raw_lseek(f->fd, 0, SEEK_CUR));
    return at < 0 || f->writes ? at : at - (static_cast<long>(f->end) - static_cast<long>(f->at));
}

void posix_rewind(File* f) {
    posix_fseek(f, 0, SEEK_SET);
    f->failed = false;
}

int posix_fgetpos(File* f, off_t* position) {
    *position = posix_ftell(f);
    return *position < 0 ? -1 : 0;
}
int posix_fsetpos(File* f, const off_t* position) { return posix_fseek(f, *position, SEEK_SET); }

}  // extern "C"

SECOND_NAME(posix_fseeko, posix_fseek);
SECOND_NAME(posix_ftello, posix_ftell);
