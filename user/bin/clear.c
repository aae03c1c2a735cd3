/* clear: clears the screen. */
#include <stdio.h>

#include "manners.h"
#include "tools.h"

int main(int argc, char** argv) {
    help_if_asked(argc, argv, "clear      clears the screen");
    fputs("\033[H\033[2J\033[3J", stdout); /* to the top left; the screen; the lines above it */
    return end_output(0, 1);
}
