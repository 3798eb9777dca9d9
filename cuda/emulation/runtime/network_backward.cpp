#include "../../runtime/network_backward.cu"
