// The pages that httpd generates.
#pragma once

#include <stddef.h>

#include "sys/cdefs.h"

namespace httpd {

inline constexpr size_t kPageRoom = 32 * 1024;

// Builds a page in the caller's buffer of kPageRoom bytes. What does not fit is cut off.
class Page {
  public:
    explicit Page(char* text) : text_(text) {}
    void add(const char* format, ...) POSIX_PRINTF(2, 3);
    void add_text(const char* text);   // any text: special characters of HTML are escaped
    void add_path(const char* path);   // as part of a URL: other characters are percent-encoded
    void add_head(const char* title);  // the start of the page; <head> is left open
    // Whether there is room for this many more bytes, and for the end of the page.
    bool has_room(size_t n) const { return size_ + n + 512 < kPageRoom; }
    size_t size() const { return size_; }

  private:
    char* text_;
    size_t size_ = 0;
};

// The server's own counters.
struct Served {
    unsigned long requests = 0, errors = 0, bytes = 0;
    int connections = 0;
};

// Each writes a page to `text`, at most kPageRoom bytes, and returns its length: an error page; the list of a
// directory, which is open as fd; the status of the machine and of its network, with all counters that are
// not 0.
size_t make_error_page(char* text, int status);
size_t make_folder_page(char* text, const char* path, int fd);
size_t make_status_page(char* text, const Served& served);

}  // namespace httpd
