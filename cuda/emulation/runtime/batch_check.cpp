#include "../../runtime/batch_check.cu"
