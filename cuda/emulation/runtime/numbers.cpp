#include "../../runtime/numbers.cu"
