// Prints one line on the console; adds the newline. Any context.
#pragma once

void log(const char* format, ...) __attribute__((format(printf, 1, 2)));
