#include "../../runtime/devices.cu"
