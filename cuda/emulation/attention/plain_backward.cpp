#include "../../attention/plain_backward.cu"
