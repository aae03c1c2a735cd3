/* A program that is a folder: its sources, also those in folders below, are one program, and `flags` adds to
 * the flags of its compiler and its linker. */
#include <stdio.h>

#include "part.h"

#ifndef GREETING
#error "the file `flags` was not used"
#endif

int main(void) {
    printf("%s from %s and %s\n", GREETING, part(), deeper_part());
    return 0;
}
