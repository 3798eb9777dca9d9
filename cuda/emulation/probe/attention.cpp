#include "../../probe/attention.cu"
