#include "../../kernels/norm_backward.cu"
