#include "../../attention/tensor_backward_keys.cu"
