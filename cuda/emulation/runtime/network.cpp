#include "../../runtime/network.cu"
