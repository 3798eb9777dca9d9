#ifndef AJAN_CZLIB_SHIM_H
#define AJAN_CZLIB_SHIM_H
#include <zlib.h>
#endif
