#include "../../probe/adamw.cu"
