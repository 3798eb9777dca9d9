#include "../../kernels/adamw.cu"
