#include "../../kernels/columns.cu"
