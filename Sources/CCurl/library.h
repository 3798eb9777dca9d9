// The functions of libcurl that are used, once it is open.
#ifndef CCURL_LIBRARY_H
#define CCURL_LIBRARY_H
#include <curl/curl.h>

#define CCURL_FUNCTIONS(X)                                                                         \
    X(global_init)                                                                                 \
    X(easy_init)                                                                                   \
    X(easy_setopt)                                                                                 \
    X(easy_getinfo)                                                                                \
    X(easy_reset)                                                                                  \
    X(easy_pause)                                                                                  \
    X(easy_strerror)                                                                               \
    X(easy_cleanup)                                                                                \
    X(multi_init)                                                                                  \
    X(multi_add_handle)                                                                            \
    X(multi_remove_handle)                                                                         \
    X(multi_perform)                                                                               \
    X(multi_poll)                                                                                  \
    X(multi_info_read)                                                                             \
    X(multi_cleanup)                                                                               \
    X(slist_append)                                                                                \
    X(slist_free_all)

struct ccurl_library {
#define MEMBER(name) __typeof__(&curl_##name) name;
    CCURL_FUNCTIONS(MEMBER)
#undef MEMBER
};

extern struct ccurl_library library;
#endif
