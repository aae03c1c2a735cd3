/* Prints numbers: what math.h computes, printf() writes and strtod() reads. The test compares the output with
 * that of the same program on the host. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double values[] = {0.0,  -0.0, 0.5,   1,      -1.5,       2.5, 3.141592653589793,      10, 0.001,
                                1e10, 1e22, 1e300, 5e-324, 123456.789, 0.1, 2.2250738585072014e-308};
#define COUNT (int)(sizeof values / sizeof values[0])

static void function(const char* name, double (*f)(double)) {
    for (int i = 0; i < COUNT; i++) printf("%s(%g) = %.14g\n", name, values[i], f(values[i]) + 0.0);
}

static void functions(void) {
    function("exp", exp);
    function("log", log);
    function("log10", log10);
    function("sin", sin);
    function("cos", cos);
    function("tan", tan);
    function("asin", asin);
    function("atan", atan);
    function("sinh", sinh);
    function("tanh", tanh);
    function("sqrt", sqrt);
    function("cbrt", cbrt);
    function("floor", floor);
    function("ceil", ceil);
    function("round", round);
    function("rint", rint);
    for (int i = 0; i < COUNT; i++) {
        for (int j = 0; j < COUNT; j++) {
            const double x = values[i], y = values[j];
            printf("%g %g: pow %.14g atan2 %.14g fmod %.17g hypot %.14g fma %a\n", x, y, pow(x, y) + 0.0,
                   atan2(x, y), fmod(x, y) + 0.0, hypot(x, y), fma(x, y, 1));
        }
    }
    printf("%.6g %.6g %.6g %d %d\n", sinf(1), powf(2, 0.5f), sqrtf(2), fpclassify(1e-310),
           signbit(-0.0) != 0);
}

static void formats(void) {
    for (int i = 0; i < COUNT; i++) {
        const double v = values[i];
        printf("[%f] [%e] [%g] [%a] [%.0f] [%.20g] [%+012.3e] [%-14.2f] [% G] [%#.3g]\n", v, v, v, v, v, v, v,
               v, v, v);
    }
    printf("%f %F %010f %Lf %.60f %.3a\n", INFINITY, -INFINITY, INFINITY, 0.25L, 0.1, 1.9999);
    printf("%5d|%-5d|%05d|%+d|% d|%.3d|%x|%#X|%o|%#o|%.0d|\n", 42, 42, 42, 42, 42, 7, 255, 255, 8, 8, 0);
    printf("%hhd %hd %ld %lld %zu %jd %td %hhu %*d %-*d| %.*s|%c|%5s|%-5s|%.2s|%%\n", 300, 70000, -5l, -6ll,
           (size_t)7, (long)8, (long)9, 300, 6, 1, 6, 2, 2, "abc", 'x', "ab", "ab", "abc");
}

static void texts(void) {
    static const char* const all[] = {"1.5",
                                      "-2e-3x",
                                      "0x1.8p3",
                                      "inf",
                                      "nan",
                                      "1e400",
                                      "1e-400",
                                      " +.5e1",
                                      "x",
                                      "179769313486231580793e289",
                                      "2.2250738585072011e-308",
                                      "9007199254740993"};
    for (int i = 0; i < (int)(sizeof all / sizeof all[0]); i++) {
        char* end;
        const double d = strtod(all[i], &end);
        printf("%s: %a, %.9g, rest [%s]\n", all[i], d, strtof(all[i], NULL), end);
    }
    double a = 0, b = 0;
    float c = 0;
    const int n = sscanf("3.25 -1e5 0x10", "%lf %le %g", &a, &b, &c);
    printf("%d %g %g %g\n", n, a, b, c);
}

int main(void) {
    functions();
    formats();
    texts();
    return 0;
}
