#include "../../runtime/batch.cu"
