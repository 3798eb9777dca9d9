#include "../../kernels/embedding.cu"
