// One line for the person at the console; a line break is added. Any context.
#pragma once

void log(const char* format, ...) __attribute__((format(printf, 1, 2)));
