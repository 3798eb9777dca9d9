#include "library.h"

#include "ccurl.h"

#include <dlfcn.h>
#include <pthread.h>

struct ccurl_library library;

static const char *missing;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Debian has libcurl over OpenSSL and over GnuTLS; git brings the second one. Either will do.
static void *open_any(void) {
    static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.4.dylib"};
    void *file = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !file; i++)
        file = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    return file;
}

static void open_library(void) {
    void *file = open_any();
    if (!file) {
        missing = "there is no libcurl here; install Debian's libcurl4";
        return;
    }
#define LOAD(name)                                                                                 \
    if (!(library.name = (__typeof__(library.name))dlsym(file, "curl_" #name)))                    \
        missing = "libcurl is older than 7.66, which has no curl_" #name;
    CCURL_FUNCTIONS(LOAD)
#undef LOAD
    if (!missing && library.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        missing = "libcurl does not start";
}

const char *ccurl_missing(void) {
    pthread_once(&once, open_library);
    return missing;
}
