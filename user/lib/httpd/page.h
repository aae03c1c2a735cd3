// The pages that httpd writes by itself.
#pragma once

#include <stddef.h>

#include "sys/cdefs.h"

namespace httpd {

inline constexpr size_t kPageRoom = 32 * 1024;

// A page in the making, in kPageRoom bytes of somebody else's. What does not fit is cut off.
class Page {
  public:
    explicit Page(char* text) : text_(text) {}
    void add(const char* format, ...) POSIX_PRINTF(2, 3);
    void add_text(const char* text);   // any text, for the eye: nothing in it is taken for HTML
    void add_path(const char* path);   // as part of an address
    void add_head(const char* title);  // the page's begin; its head is still open
    // Room for this many bytes more, with some to spare for what closes the page.
    bool has_room(size_t n) const { return size_ + n + 512 < kPageRoom; }
    size_t size() const { return size_; }

  private:
    char* text_;
    size_t size_ = 0;
};

// How the server itself is doing.
struct Served {
    unsigned long requests = 0, errors = 0, bytes = 0;
    int connections = 0;
};

// Into text, at most kPageRoom bytes; how many. A page that names an error; the names of a folder, which is
// open as fd; the status of the machine and of its network, with every counter that has counted anything.
size_t make_error_page(char* text, int status);
size_t make_folder_page(char* text, const char* path, int fd);
size_t make_status_page(char* text, const Served& served);

}  // namespace httpd
