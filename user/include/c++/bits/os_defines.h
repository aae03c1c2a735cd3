// In place of libstdc++'s file for Linux, which asks for glibc's <features.h>.
#pragma once
