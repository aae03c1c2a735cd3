// A function that has two names, such as strtol() and strtoll(): SECOND_NAME(strtoll, strtol).
#pragma once

#define SECOND_NAME(second, name) extern "C" __attribute__((alias(#name))) decltype(name) second
