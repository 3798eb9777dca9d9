#include "../../kernels/tables.cu"
