#include "../../attention/attention.cu"
