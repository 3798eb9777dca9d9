#include "../../kernels/sentence.cu"
