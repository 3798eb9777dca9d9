#include "../../runtime/error.cu"
