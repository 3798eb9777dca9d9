#include "../../probe/probe.cu"
