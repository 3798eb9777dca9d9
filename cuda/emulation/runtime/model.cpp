#include "../../runtime/model.cu"
