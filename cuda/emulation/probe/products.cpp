#include "../../probe/products.cu"
