#include "../../probe/rows.cu"
