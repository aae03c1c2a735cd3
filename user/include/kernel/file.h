/* Device numbers, for mknod(). */
#pragma once

#define CONSOLE 1
