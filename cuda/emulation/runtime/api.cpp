#include "../../runtime/api.cu"
