// The lock order: a hart that holds a lock may acquire only locks of a higher rank. Debug builds assert this
// at every acquire. docs/locking.md gives the reasons.
#pragma once

#include "lib/types.h"

enum class LockRank : u8 {
    // Sleep locks have no rank: they are acquired with no spinlock held.
    Process,          // the process tree: parents, children, exit statuses
    FileTable,        // the system's table of open files; a process's descriptors
    Pipe,             // one pipe's ring
    Console,          // the terminal
    Keys,             // what keys ask of processes
    InodeCache,       // the inodes in memory, by number
    Log,              // the file system's log state
    BufferCache,      // the blocks in memory, by number
    Disk,             // virtio-blk's queue
    InFlight,         // descriptors in messages of AF_UNIX sockets
    Channel,          // a packet channel's transmit side, its flows
    SocketTable,      // sockets and flows by port; AF_UNIX sockets by name
    Socket,           // one socket's receive queue
    Connection,       // one TCP or vsock connection
    Listener,         // a listener's queues
    Ports,            // TCP and vsock ports that programs have claimed
    ConnectionTable,  // TCP and vsock connections by their key
    Interfaces,       // the interfaces' addresses, while they change
    Route,            // the routing table
    PathMtu,          // path MTUs learnt from ICMP
    Arp,              // one interface's neighbour cache; what waits for room in a vsock device
    ChannelTaps,      // all channels, and their general filters
    NetDevice,        // a network device's transmit or receive ring
    ChannelRing,      // a packet channel's receive ring and completions
    Reassembly,       // fragments that wait for reassembly
    NetCounter,       // rate limits
    Dump,             // the filter of the packet dump
    Poll,             // one poll() call: its wake flag
    Random,           // the random generator
    SleepLock,        // the internal lock of a sleep lock
    Timer,            // the timer queue
    Scheduler,        // the run queues and all wait queues
    MbufPool,         // the free list shared by the harts
    Vm,               // the free kernel stacks
    PageAlloc,        // the free list shared by the harts
    Uart,             // output
};
