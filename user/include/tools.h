/* What several programs of user/bin share: reading their files, writing their output, listing directories. It
 * needs nothing but POSIX, so the programs can be built for the host as well. */
#pragma once

#include <stdio.h>

#include "sys/cdefs.h"

BEGIN_C
/* Opens a file to be read; "-" is standard input. Null after an error message; a directory is an error. */
FILE* open_input(const char* name) NX6(open_input);
/* Closes it. Returns 0, or 1 after an error message if it could not be read to the end. */
int close_input(FILE* f, const char* name) NX6(close_input);
/* Calls use() with each file of the list, which ends with a null pointer; with standard input, called "-", if
 * the list is empty. Returns 0, or 1 if a file could not be read or use() did not return 0. */
int for_each_input(char** names, int (*use)(FILE* f, const char* name)) NX6(for_each_input);
/* Writes what is left in the buffer of standard output. Returns `status`, or `trouble` after an error message
 * if not all output could be written. */
int end_output(int status, int trouble) NX6(end_output);

/* The names in a directory except . and .., sorted; a null pointer ends the list. Null: errno says why. */
char** names_in(const char* directory) NX6(names_in);
void free_names(char** names) NX6(free_names);
/* "DIRECTORY/NAME"; free() it. */
char* path_in(const char* directory, const char* name) NX6(path_in);
/* Of the operands of cp, mv and ln, OLD NEW or OLD... DIRECTORY: calls use() with each OLD and its new path.
 * Returns 0, or 1 if use() did not return 0. Ends the program if there are several, but no directory. */
int for_each_target(char** operands, int (*use)(const char* old, const char* new_path)) NX6(for_each_target);
/* realloc() that ends the program if there is no memory. */
void* resized(void* memory, size_t size) NX6(resized);
END_C
