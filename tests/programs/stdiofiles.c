/* What C and POSIX say of stdio's files, printed. The test compiles this program for the host too: the guest
 * must print the same. */
#include "files.h"

static void seeking(void) {
    char text[100];
    long at;
    fpos_t place;
    FILE* f = fopen("s", "w");
    fprintf(f, "line one\nline two\nline three\n");
    SHOW(ftell(f));
    SHOW(fseek(f, 5, SEEK_SET));
    SHOW(fputs("ONE", f) >= 0);
    SHOW(fgetc(f));
    SHOW(ferror(f) != 0);
    SHOW(fclose(f));
    show("s");
    f = fopen("s", "r+");
    SHOW(fgets(text, sizeof text, f) != NULL);
    SHOW(ftell(f));
    SHOW(fgetpos(f, &place));
    SHOW(fseek(f, 0, SEEK_CUR));
    SHOW(fputs("LINE", f) >= 0);
    SHOW(ftell(f));
    SHOW(fseek(f, 0, SEEK_CUR));
    SHOW(fgetc(f));
    SHOW(ungetc('#', f));
    SHOW(fgetc(f));
    SHOW(fseek(f, -6, SEEK_END));
    SHOW(fgets(text, sizeof text, f) != NULL);
    printf("%s", text);
    SHOW(fgetc(f));
    SHOW(feof(f) != 0);
    SHOW(fsetpos(f, &place));
    SHOW(feof(f));
    SHOW(fgetc(f));
    rewind(f);
    SHOW(ftell(f));
    SHOW(fclose(f));
    show("s");
    f = fopen("s", "a+");
    SHOW(fgetc(f));
    SHOW(fseek(f, 0, SEEK_SET));
    SHOW(fputs("appended\n", f) >= 0);
    SHOW(fflush(f));
    SHOW(ftell(f));
    SHOW(fseek(f, 0, SEEK_SET));
    SHOW(fgetc(f));
    SHOW(fclose(f));
    show("s");
    f = fopen("s", "a");
    at = fprintf(f, "more\n");
    SHOW(at);
    SHOW(fclose(f));
    SHOW(size_of("s"));
    SHOW(fopen("s", "wx") ? 0 : -1);
    SHOW(fopen("s", "q") ? 0 : -1);
    SHOW(fopen("none", "r") ? 0 : -1);
}

static void scanning(void) {
    char word[20];
    int a = 0, b = 0, i;
    FILE* f;
    f = fopen("s", "w+e");
    SHOW(fcntl(fileno(f), F_GETFD));
    for (i = 0; i < 1000; i++) fprintf(f, "%d %x word%d\n", i, i, i);
    rewind(f);
    for (i = 0; i < 1000; i++) {
        if (fscanf(f, "%d %x %19s", &a, (unsigned*)&b, word) != 3 || a != i || b != i) break;
    }
    printf("scanned %d, the last %d %d %s\n", i, a, b, word);
    SHOW(fscanf(f, "%d", &a));
    SHOW(fseek(f, 0, SEEK_SET));
    SHOW(fscanf(f, "%*d %*x wo%c%n", word, &a));
    SHOW(a);
    SHOW(ftell(f));
    SHOW(fscanf(f, "xyz%d", &a));
    SHOW(fgetc(f));
    SHOW(fclose(f));
}

static void opening(void) {
    char text[100];
    FILE* f = fopen("s", "r");
    SHOW(setvbuf(f, NULL, _IOFBF, 8192));
    SHOW(fseek(f, 0, SEEK_SET));
    SHOW(fread(text, 1, 10, f));
    SHOW(fwrite("", 0, 5, f));
    f = freopen("s2", "w", f);
    fputs("two", f);
    SHOW(fclose(f));
    show("s2");
    f = fdopen(open("s2", O_RDONLY), "w");
    SHOW(f ? 0 : -1);
    f = fdopen(open("s2", O_RDWR), "a");
    SHOW(fputs(" appended", f) >= 0);
    SHOW(fclose(f));
    show("s2");
    f = tmpfile();
    SHOW(fputs("temporary", f) >= 0);
    rewind(f);
    SHOW(fread(text, 1, 100, f));
    SHOW(fclose(f));
}

static void temporary_names(void) {
    char text[20];
    int i;
    strcpy(text, "tXXXXXX");
    i = mkstemp(text);
    SHOW(i >= 0 && strlen(text) == 7 && strcmp(text, "tXXXXXX") != 0);
    SHOW(mode_of(text));
    SHOW(write(i, "x", 1));
    close(i);
    SHOW(unlink(text));
    strcpy(text, "tXX");
    SHOW(mkstemp(text));
    strcpy(text, "dXXXXXX");
    SHOW(mkdtemp(text) != NULL);
    SHOW(rmdir(text));
}

int main(void) {
    if (enter("stdio.d")) return 1;
    seeking();
    scanning();
    opening();
    temporary_names();
    unlink("s");
    unlink("s2");
    leave("stdio.d");
    return 0;
}
