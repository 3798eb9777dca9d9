#include "../../kernels/pooling.cu"
