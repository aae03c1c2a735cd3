/* A program with its own malloc() family: what the library allocates for the program comes from there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Alignas(16) char memory[65536];
static size_t used;
static int given, returned;

void* malloc(size_t n) {
    char* p = memory + used + 16;
    if (used + 16 + n > sizeof memory) return NULL;
    *(size_t*)(p - 16) = n;
    used += (16 + n + 15) & ~15ul;
    given++;
    return p;
}
void free(void* p) { returned += p && (char*)p >= memory && (char*)p < memory + used; }
void* calloc(size_t count, size_t n) {
    void* p = malloc(count * n);
    return p ? memset(p, 0, count * n) : p;
}
void* realloc(void* p, size_t n) {
    void* larger = malloc(n);
    if (p && larger) memcpy(larger, p, *(size_t*)((char*)p - 16) < n ? *(size_t*)((char*)p - 16) : n);
    free(p);
    return larger;
}

int main(void) {
    char *copy = strdup("a copy"), *text = NULL;
    asprintf(&text, "%s of %d", copy, 42);
    printf("%s\n", text);
    free(copy);
    free(text);
    printf("%s\n", given >= 2 && given == returned ? "all of it is ours" : "some of it is not ours");
    return 0;
}
