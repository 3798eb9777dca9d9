#include "../../kernels/norm.cu"
