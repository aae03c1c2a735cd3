#include "page.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/fs.h"
#include "page_text.h"
#include "request.h"

namespace httpd {

void Page::add(const char* format, ...) {
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(text_ + size_, kPageRoom - size_, format, args);
    va_end(args);
    size_ += static_cast<size_t>(n);
    if (size_ >= kPageRoom) size_ = kPageRoom - 1;  // the end is cut off
}

void Page::add_text(const char* text) {
    for (; *text; text++) {
        if (strchr("<>&\"'", *text))
            add("&#%d;", *text);
        else
            add("%c", *text);
    }
}

void Page::add_path(const char* path) {
    for (; *path; path++) {
        const bool plain = (*path >= 'a' && *path <= 'z') || (*path >= 'A' && *path <= 'Z') ||
                           (*path >= '0' && *path <= '9') || strchr("/-._~", *path);
        add(plain ? "%c" : "%%%02X", static_cast<unsigned char>(*path));
    }
}

void Page::add_head(const char* title) {
    add("<!DOCTYPE html><html lang=en><head><meta charset=utf-8><link rel=icon href=data:,><title>");
    add_text(title);
    add("</title><meta name=viewport content=\"width=device-width\">%s", kStyle);
}

namespace {

void add_entry(Page& p, const char* folder, const struct dirent& entry) {
    char name[DIRSIZ + 1] = {}, path[300];
    memcpy(name, entry.name, DIRSIZ);
    const bool root = folder[strlen(folder) - 1] == '/';
    snprintf(path, sizeof path, "%s%s%s", folder, root ? "" : "/", name);
    struct stat st;
    if (strcmp(name, ".") == 0 || stat(path, &st) < 0 || !p.has_room(400)) return;
    p.add("<tr><td><a href=\"");
    p.add_path(path);
    p.add("\">");
    p.add_text(name);
    p.add("</a><td class=n>");
    if (S_ISREG(st.st_mode)) p.add("%ld", st.st_size);
    p.add("\n");
}

}  // namespace

size_t make_error_page(char* text, int status) {
    Page p(text);
    char title[64];
    snprintf(title, sizeof title, "%d %s", status, reason_of(status));
    p.add_head(title);
    p.add(
        "</head><body><header><div><h1>%s</h1><p>nx6 cannot serve this "
        "request.</div></header></body></html>\n",
        title);
    return p.size();
}

size_t make_folder_page(char* text, const char* path, int fd) {
    Page p(text);
    struct dirent entry;
    p.add_head(path);
    p.add("</head><body><header><div><h1>");
    p.add_text(path);
    p.add("</h1></div></header><main><h2>Files</h2><table><tr><th>Name<th class=n>Bytes\n");
    while (read(fd, &entry, sizeof entry) == sizeof entry) {
        if (entry.inum != 0) add_entry(p, path, entry);
    }
    p.add("</table></main></body></html>\n");
    return p.size();
}

}  // namespace httpd
