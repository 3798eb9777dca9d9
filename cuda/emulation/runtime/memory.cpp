#include "../../runtime/memory.cu"
