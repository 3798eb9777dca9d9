#include "../../runtime/shape.cu"
