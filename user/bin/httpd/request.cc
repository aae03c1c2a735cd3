#include "request.h"

#include <string.h>
#include <strings.h>

namespace httpd {
namespace {

// Takes the next word from the line; words are separated by one space. Null: there is none.
char* next_word(char*& line) {
    if (!line || !*line) return nullptr;
    char* word = line;
    char* blank = strchr(line, ' ');
    line = blank ? blank + 1 : nullptr;
    if (blank) *blank = '\0';
    return *word ? word : nullptr;
}

// Takes the next line from the text; it ends with CR LF or LF. Null: the empty line that ends the header.
char* next_line(char*& text) {
    char* line = text;
    char* end = strchr(text, '\n');
    if (!end) return nullptr;
    text = end + 1;
    if (end > line && end[-1] == '\r') end--;
    *end = '\0';
    return *line ? line : nullptr;
}

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = static_cast<char>(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Decodes %41 to A and cuts off the query. Returns a status: 200, 400 or 414.
int decode_path(const char* from, char* to, size_t room) {
    size_t n = 0;
    if (*from != '/') return 400;
    for (; *from && *from != '?' && *from != '#'; from++) {
        int c = static_cast<unsigned char>(*from);
        if (c == '%') {
            const int high = hex(from[1]), low = high < 0 ? -1 : hex(from[2]);
            if (low < 0) return 400;
            c = high * 16 + low;
            from += 2;
        }
        if (c < ' ' || c == 127) return 400;
        if (n + 1 >= room) return 414;
        to[n++] = static_cast<char>(c);
    }
    to[n] = '\0';
    return 200;
}

// Refuses paths that lead out of the served directory.
bool climbs(const char* path) {
    for (const char* p = path; (p = strstr(p, "..")); p += 2) {
        if (p[-1] == '/' && (p[2] == '/' || p[2] == '\0')) return true;
    }
    return false;
}

bool is_token(const char* s) {
    for (; *s; s++) {
        if (!strchr("!#$%&'*+-.^_`|~", *s) && !((*s | 0x20) >= 'a' && (*s | 0x20) <= 'z') &&
            !(*s >= '0' && *s <= '9'))
            return false;
    }
    return true;
}

// Other known methods get 405, unknown ones 501 (RFC 9110 section 9.1).
int status_of_method(const char* method, Request& r) {
    static const char* const kRefused[] = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH"};
    if (strcmp(method, "GET") == 0) return 200;
    if (strcmp(method, "HEAD") == 0) return r.head = true, 200;
    for (const char* known : kRefused) {
        if (strcmp(method, known) == 0) return 405;
    }
    return is_token(method) ? 501 : 400;
}

// "HTTP/1.0" is 10; later 1.x versions are served as 1.1. Otherwise returns the error status.
int version_of(const char* text, bool& one_zero) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (strncmp(text, "HTTP/", 5) != 0 || !digit(text[5]) || text[6] != '.' || !digit(text[7]) || text[8])
        return 400;
    one_zero = text[7] == '0';
    return text[5] == '1' ? 200 : 505;
}

// The header fields that this server uses.
struct Fields {
    int hosts = 0, lengths = 0;
    bool close = false, keep = false, coded = false, expects = false, bad = false;
    size_t length = 0;

    void take(char* line) {
        char* colon = strchr(line, ':');
        if (!colon || colon == line) return void(bad = true);
        *colon = '\0';
        if (!is_token(line)) return void(bad = true);
        char* value = colon + 1 + strspn(colon + 1, " \t");
        for (char* end = value + strlen(value); end > value && (end[-1] == ' ' || end[-1] == '\t');)
            *--end = '\0';
        if (strcasecmp(line, "Host") == 0) hosts++;
        if (strcasecmp(line, "Transfer-Encoding") == 0) coded = true;
        if (strcasecmp(line, "Expect") == 0) expects = true;
        if (strcasecmp(line, "Content-Length") == 0) take_length(value);
        if (strcasecmp(line, "Connection") == 0) take_connection(value);
    }

  private:
    void take_length(const char* text) {
        lengths++;
        length = 0;
        if (!*text) bad = true;
        for (; *text; text++) {
            if (*text < '0' || *text > '9') bad = true;
            if (length <= kMostBody) length = length * 10 + static_cast<size_t>(*text - '0');
        }
    }
    // A list of words.
    void take_connection(char* list) {
        for (char* word = list; *word;) {
            const size_t n = strcspn(word, " \t,");
            close |= n == 5 && strncasecmp(word, "close", n) == 0;
            keep |= n == 10 && strncasecmp(word, "keep-alive", n) == 0;
            word += n + strspn(word + n, " \t,");
        }
    }
};

// RFC 9112 section 6.3: the end of the body must be certain; otherwise part of a body could be taken for a
// request (request smuggling). 200: it is certain.
int status_of_body(const Fields& f) {
    if (f.lengths > 1 || (f.coded && f.lengths)) return 400;
    if (f.coded) return 411;
    return f.length > kMostBody ? 413 : 200;
}

}  // namespace

size_t header_length(const char* text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (text[i] != '\n') continue;
        if (i + 1 < n && text[i + 1] == '\n') return i + 2;
        if (i + 2 < n && text[i + 1] == '\r' && text[i + 2] == '\n') return i + 3;
    }
    return 0;
}

Request parse_request(char* text, size_t n) {
    Request r;
    if (memchr(text, '\0', n)) return r.status = 400, r;
    text[n - 1] = '\0';  // replaces the last line feed
    text[n - 2] = text[n - 2] == '\r' ? '\n' : text[n - 2];
    char* line = next_line(text);
    const char* method = next_word(line);
    const char* target = next_word(line);
    const char* version = next_word(line);
    if (!method || !target || !version || line) return r.status = 400, r;
    bool one_zero = false;
    if (r.status = version_of(version, one_zero); r.status != 200) return r;
    if (strncasecmp(target, "http://", 7) == 0) {  // absolute form (RFC 9112 section 3.2.2)
        target = strchr(target + 7, '/');
        if (!target) target = "/";
    }
    r.status = status_of_method(method, r);
    const int path = decode_path(target, r.path, sizeof r.path);
    if (r.status == 200) r.status = path;
    if (r.status == 200 && climbs(r.path)) r.status = 403;

    Fields fields;
    while (char* field = next_line(text)) fields.take(field);
    const int body = status_of_body(fields);
    if (body != 200) r.status = body;
    // RFC 9112 section 3.2: a request of version 1.1 has exactly one Host field.
    if (fields.bad || fields.hosts > 1 || (!one_zero && fields.hosts == 0)) r.status = 400;
    r.body = fields.length;
    // A client that sent Expect: 100-continue gets the final answer, and may then send the body or not (RFC
    // 9110 section 10.1.1). What follows is ambiguous, so the connection closes.
    r.keep_alive =
        !fields.close && (!one_zero || fields.keep) && r.status != 400 && body == 200 && !fields.expects;
    return r;
}

const char* reason_of(int status) {
    switch (status) {
        case 200: return "OK";
        case 400: return "Bad Request";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 411: return "Length Required";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 503: return "Service Unavailable";
        case 505: return "HTTP Version Not Supported";
        default: return "?";
    }
}

const char* content_type_of(const char* path) {
    static const struct {
        const char *ending, *type;
    } kTypes[] = {{".html", "text/html; charset=utf-8"},
                  {".txt", "text/plain; charset=utf-8"},
                  {".css", "text/css"},
                  {".js", "text/javascript"},
                  {".json", "application/json"},
                  {".png", "image/png"},
                  {".jpg", "image/jpeg"},
                  {".svg", "image/svg+xml"}};
    const size_t n = strlen(path);
    for (const auto& t : kTypes) {
        const size_t m = strlen(t.ending);
        if (n > m && strcasecmp(path + n - m, t.ending) == 0) return t.type;
    }
    return "application/octet-stream";
}

}  // namespace httpd
