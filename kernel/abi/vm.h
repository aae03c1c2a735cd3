/* How sbrk() grows the heap. Plain C. */
#pragma once
#define SBRK_EAGER 1 /* memory is there at once, or the call fails */
#define SBRK_LAZY  2 /* a page is made when it is first touched; without memory then, the program ends */
