/* Addresses and options of AF_VSOCK sockets, with Linux's values. Plain C; see vsock(7). All in host byte
 * order. */
#pragma once

#define VMADDR_CID_ANY        (-1U) /* bind: all our CIDs */
#define VMADDR_CID_HYPERVISOR 0
#define VMADDR_CID_LOCAL      1 /* this guest itself */
#define VMADDR_CID_HOST       2
#define VMADDR_PORT_ANY       (-1U) /* bind: a free port above 1023 */

struct sockaddr_vm {
    unsigned short svm_family; /* AF_VSOCK */
    unsigned short svm_reserved1;
    unsigned int svm_port;
    unsigned int svm_cid;
    unsigned char svm_flags;
    unsigned char svm_zero[3]; /* 0 */
};

/* setsockopt(), getsockopt(): level AF_VSOCK. Sizes in bytes, unsigned long long. */
#define SO_VM_SOCKETS_BUFFER_SIZE         0 /* of the receive buffer, which bounds what the peer may send ahead */
#define SO_VM_SOCKETS_BUFFER_MIN_SIZE     1
#define SO_VM_SOCKETS_BUFFER_MAX_SIZE     2
#define SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD 6 /* struct timeval; the default is 2 s */
#define SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW 8
#define SO_VM_SOCKETS_CONNECT_TIMEOUT     SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD

#define IOCTL_VM_SOCKETS_GET_LOCAL_CID 0x7b9 /* ioctl() of /dev/vsock or of a vsock socket: unsigned int* */
