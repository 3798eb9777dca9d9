#include "../../runtime/communicator.cu"
