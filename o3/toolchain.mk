TOOLS := riscv64-linux-gnu-
TUNE := -mtune=thead-c906
