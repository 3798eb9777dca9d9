#include "../../runtime/activations.cu"
