#include "../../attention/tensor_forward.cu"
