// What programs write, and what is echoed.
#include "dev/tty/terminal.h"

namespace dev {
namespace {

// Collects what goes to the screen, so that it gets long pieces.
class Screen {
  public:
    explicit Screen(TextSink sink) : sink_(sink) {}
    ~Screen() { flush(); }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    void put(char c) {
        if (used_ == sizeof text_) flush();
        text_[used_++] = c;
    }

  private:
    void flush() {
        if (used_) sink_.write(sink_.context, text_, used_);
        used_ = 0;
    }
    TextSink sink_;
    char text_[128];
    usize used_ = 0;
};

usize column_after(char c, usize column) {
    switch (c) {
        case '\r': return 0;
        case '\b': return column ? column - 1 : 0;
        case '\t': return (column | 7) + 1;
        default: return static_cast<u8>(c) < ' ' ? column : column + ((c & 0xc0) != 0x80);
    }
}

}  // namespace

void Terminal::print(const char* text, usize n) {
    Screen screen(screen_);
    for (; n; n--, text++) {
        char c = *text;
        if (output(OPOST)) {
            if (c == '\r' && output(ONOCR) && column_ == 0) continue;
            if (c == '\r' && output(OCRNL)) c = '\n';
            if (c == '\n' && output(ONLCR)) screen.put('\r');
            if (c == '\n' && (output(ONLCR) || output(ONLRET))) column_ = 0;
        }
        screen.put(c);
        column_ = column_after(c, column_);
    }
}

}  // namespace dev
