#include "../../attention/tensor_backward_queries.cu"
