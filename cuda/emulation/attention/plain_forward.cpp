#include "../../attention/plain_forward.cu"
