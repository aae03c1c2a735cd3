/* lseek(): what the offset is relative to. Plain C. */
#pragma once
#define SEEK_SET 0 /* the start of the file */
#define SEEK_CUR 1 /* the current offset */
#define SEEK_END 2 /* the end of the file */
