/* true: does nothing, with success: status 0. */
#include "manners.h"

int main(int argc, char** argv) {
    help_if_asked(argc, argv, "true      does nothing; its status is 0");
    return 0;
}
