/* dd: copies blocks between files. */
#include <ctype.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manners.h"
#include "tools.h"

static const char usage[] =
    "dd [if=FILE] [of=FILE] [bs=BYTES] [count=N] [skip=N] [seek=N] [conv=notrunc,sync] [status=none]\n"
    "  copies N blocks (default: all) of BYTES (default: 512) from FILE or standard input to FILE or "
    "standard "
    "output;\n"
    "  skips blocks of the input, and of the output; numbers may end with k or M\n"
    "  notrunc: keeps what is behind in the output; sync: fills short blocks with zeros";

static const char *in_name, *out_name;
static long block_size = 512, count = -1, skip, seek;
static int keep_rest, pad, quiet;

static long number(const char* text) {
    char* end;
    long n = strtol(text, &end, 10);
    const long unit = *end == 'k' || *end == 'K' ? 1024 : *end == 'M' ? 1024 * 1024 : *end == 'b' ? 512 : 1;
    if (*end && (unit > 1 || *end == 'c')) end++;
    if (!isdigit((unsigned char)*text) || *end || n > 0x7fffffffffff / unit)
        die("\"%s\" is not a number", text);
    return n * unit;
}

static void parse_list(char* list) {
    for (char* word; (word = strsep(&list, ",")) != NULL;) {
        if (strcmp(word, "notrunc") == 0)
            keep_rest = 1;
        else if (strcmp(word, "sync") == 0)
            pad = 1;
        else
            die("conv=%s is not supported: use notrunc or sync", word);
    }
}

static void parse(char* word) {
    char* value = strchr(word, '=');
    if (!value) bad_usage(usage);
    *value++ = '\0';
    if (strcmp(word, "if") == 0)
        in_name = value;
    else if (strcmp(word, "of") == 0)
        out_name = value;
    else if (strcmp(word, "bs") == 0)
        block_size = number(value);
    else if (strcmp(word, "count") == 0)
        count = number(value);
    else if (strcmp(word, "skip") == 0)
        skip = number(value);
    else if (strcmp(word, "seek") == 0)
        seek = number(value);
    else if (strcmp(word, "conv") == 0)
        parse_list(value);
    else if (strcmp(word, "status") == 0)
        quiet = strcmp(value, "none") == 0;
    else
        bad_usage(usage);
}

static void open_files(void) {
    const int in = in_name ? open(in_name, O_RDONLY) : 0;
    if (in < 0) err(1, "cannot open %s", in_name);
    const int truncate_it = !keep_rest && seek == 0 ? O_TRUNC : 0;
    const int out = out_name ? open(out_name, O_WRONLY | O_CREAT | truncate_it, 0666) : 1;
    if (out < 0) err(1, "cannot open %s", out_name);
    dup2(in, 0);
    dup2(out, 1);
}

/* What cannot be sought, such as a pipe, is read. */
static void skip_input(char* block) {
    if (skip == 0 || lseek(0, skip * block_size, SEEK_CUR) >= 0) return;
    for (long i = 0; i < skip; i++) {
        if (read(0, block, (size_t)block_size) <= 0) return;
    }
}

static void seek_output(void) {
    struct stat st;
    if (seek == 0) return;
    if (lseek(1, seek * block_size, SEEK_CUR) < 0) err(1, "cannot seek in the output");
    if (out_name && !keep_rest && fstat(1, &st) == 0 && S_ISREG(st.st_mode) &&
        ftruncate(1, seek * block_size) != 0)
        err(1, "cannot truncate %s", out_name);
}

static void write_all(const char* block, ssize_t n) {
    for (ssize_t done = 0; done < n;) {
        const ssize_t written = write(1, block + done, (size_t)(n - done));
        if (written <= 0) err(1, "cannot write %s", out_name ? out_name : "standard output");
        done += written;
    }
}

int main(int argc, char** argv) {
    long whole = 0, partial = 0, padded = 0, bytes = 0;
    ssize_t n = 0;
    help_if_asked(argc, argv, usage);
    for (int i = 1; i < argc; i++) parse(argv[i]);
    if (block_size < 1 || block_size > 1 << 24) die("bs= takes 1 to 16M bytes");
    char* block = resized(NULL, (size_t)block_size);
    open_files();
    skip_input(block);
    seek_output();
    while (whole + partial != count && (n = read(0, block, (size_t)block_size)) > 0) {
        if (n == block_size)
            whole++;
        else
            partial++;
        if (n < block_size && pad) {
            memset(block + n, 0, (size_t)(block_size - n));
            n = block_size;
            padded++;
        }
        write_all(block, n);
        bytes += n;
    }
    if (n < 0) warn("cannot read %s", in_name ? in_name : "standard input");
    const long out_whole = whole + padded, out_partial = partial - padded;
    if (!quiet)
        fprintf(stderr, "%ld+%ld records in\n%ld+%ld records out\n%ld bytes copied\n", whole, partial,
                out_whole, out_partial, bytes);
    return n < 0;
}
