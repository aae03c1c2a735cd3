/* false: does nothing, without success: status 1. */
#include "manners.h"

int main(int argc, char** argv) {
    help_if_asked(argc, argv, "false      does nothing; its status is 1");
    return 1;
}
