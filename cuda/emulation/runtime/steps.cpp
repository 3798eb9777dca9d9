#include "../../runtime/steps.cu"
