// In place of libstdc++'s file, which wraps <pthread.h>: a program has one thread.
#pragma once

#include <bits/gthr-single.h>
