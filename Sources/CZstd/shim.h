#ifndef AJAN_CZSTD_SHIM_H
#define AJAN_CZSTD_SHIM_H
#include <zstd.h>
#endif
