#include "../../attention/tiles.cu"
