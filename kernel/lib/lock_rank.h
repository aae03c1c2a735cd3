// The order in which locks may be taken: a hart holding a lock takes only locks of a higher rank.
// Debug builds assert it at every acquire. docs/locking.md is this list with the reasons.
#pragma once

#include "lib/types.h"

enum class LockRank : u8 {
    // Sleep locks themselves are not ranked: they are taken with no spinlock held.
    Process,      // the process tree: parents, children, exit status
    FileTable,    // the system's table of open files; a process's descriptors
    Pipe,         // one pipe's ring
    Console,      // the line being edited
    InodeCache,   // which inodes are in memory
    Log,          // the file system's log state
    BufferCache,  // which blocks are in memory
    Disk,         // virtio-blk's queue
    SocketTable,  // sockets by port
    Socket,       // one socket's receive queue
    Tcp,          // one TCP connection
    TcpListener,  // a listener's queues
    TcpPorts,     // TCP ports that programs have claimed
    TcpTable,     // TCP connections by their key
    Route,        // which way an address goes
    PathMtu,      // what routers told of paths that are narrow
    Arp,          // one interface's neighbour cache
    NetDevice,    // a network device's transmit or receive ring
    Reassembly,   // fragments that wait for the rest
    NetCounter,   // rate limits
    Poll,         // one poll() in progress: has anything happened?
    Random,       // the random generator
    SleepLock,    // the inside of a sleep lock
    Timer,        // the timer queue
    Scheduler,    // run queue and every wait queue
    MbufPool,     // the shared free list behind the per-hart caches
    Vm,           // the kernel's own page table
    PageAlloc,    // the shared free list behind the per-hart caches
    Uart,         // output
};
