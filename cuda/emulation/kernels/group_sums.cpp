#include "../../kernels/group_sums.cu"
