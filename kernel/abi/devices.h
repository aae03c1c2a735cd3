/* The major numbers of device nodes, for mknod(). mkfs creates the nodes. Plain C. */
#pragma once
#define DEV_CONSOLE 1 /* /console */
#define DEV_VSOCK   2 /* /dev/vsock */
