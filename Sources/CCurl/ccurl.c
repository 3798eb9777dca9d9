#include "ccurl.h"

#include "library.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_BYTES = 256 << 10, PIECE_BYTES = 256 << 10 };

struct ccurl {
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    char *head, *body;
    size_t head_count, body_count;
    int status;
    // Whether libcurl holds a piece back that had no room; whether the request has ended.
    bool is_full, has_ended;
    CURLcode result;
    char problem[CURL_ERROR_SIZE];
};

ccurl *ccurl_create(void) {
    if (ccurl_missing()) return NULL;
    ccurl *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->multi = library.multi_init();
    c->easy = library.easy_init();
    c->head = malloc(HEAD_BYTES);
    c->body = malloc(CCURL_BODY_BYTES);
    if (c->multi && c->easy && c->head && c->body) return c;
    ccurl_free(c);
    return NULL;
}

void ccurl_free(ccurl *c) {
    if (!c) return;
    if (c->multi && c->easy) library.multi_remove_handle(c->multi, c->easy);
    if (c->easy) library.easy_cleanup(c->easy);
    if (c->multi) library.multi_cleanup(c->multi);
    library.slist_free_all(c->headers);
    free(c->head);
    free(c->body);
    free(c);
}

// Keeps the lines of the last head: answers such as "100 Continue" come before it, and trailers
// after the body are none of it. A head without end is cut off.
static size_t receive_head(char *bytes, size_t size, size_t count, void *context) {
    ccurl *c = context;
    count *= size;
    if (c->status) return count;
    if (count >= 5 && !memcmp(bytes, "HTTP/", 5)) c->head_count = 0;
    if (count > HEAD_BYTES - c->head_count) return 0;
    memcpy(c->head + c->head_count, bytes, count);
    c->head_count += count;
    if (count > 2) return count;
    long status = 0;
    library.easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200) c->status = (int)status;
    return count;
}

static size_t receive_body(char *bytes, size_t size, size_t count, void *context) {
    ccurl *c = context;
    count *= size;
    if (count > CCURL_BODY_BYTES - c->body_count) {
        c->is_full = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    memcpy(c->body + c->body_count, bytes, count);
    c->body_count += count;
    return count;
}

// A list for libcurl of the lines of `text`; NULL when there is none or memory is short.
static struct curl_slist *lines(const char *text) {
    struct curl_slist *list = NULL;
    char *copy = strdup(text), *rest = NULL;
    for (char *line = copy ? strtok_r(copy, "\n", &rest) : NULL; line;
         line = strtok_r(NULL, "\n", &rest)) {
        struct curl_slist *longer = library.slist_append(list, line);
        if (!longer) break;
        list = longer;
    }
    free(copy);
    return list;
}

int ccurl_begin(ccurl *c, const ccurl_request *request) {
    library.multi_remove_handle(c->multi, c->easy);
    library.easy_reset(c->easy);
    library.slist_free_all(c->headers);
    c->headers = lines(request->headers);
    c->head_count = c->body_count = 0;
    c->status = 0;
    c->is_full = c->has_ended = false;
    c->problem[0] = 0;
    int failed = !c->headers;
#define SET(option, value) failed |= library.easy_setopt(c->easy, option, value) != CURLE_OK
    SET(CURLOPT_URL, request->url);
    SET(CURLOPT_HTTPHEADER, c->headers);
    SET(CURLOPT_PROXY, request->proxy);
    SET(CURLOPT_NOPROXY, "");
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_CONNECTTIMEOUT, request->connect_seconds);
    SET(CURLOPT_TIMEOUT, request->total_seconds);
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_BUFFERSIZE, (long)PIECE_BYTES);
    SET(CURLOPT_ERRORBUFFER, c->problem);
    SET(CURLOPT_HEADERFUNCTION, receive_head);
    SET(CURLOPT_HEADERDATA, c);
    SET(CURLOPT_WRITEFUNCTION, receive_body);
    SET(CURLOPT_WRITEDATA, c);
#undef SET
    return failed || library.multi_add_handle(c->multi, c->easy) != CURLM_OK;
}

// Lets libcurl do what it can without waiting.
static void perform(ccurl *c) {
    int running = 0, left = 0;
    if (library.multi_perform(c->multi, &running) != CURLM_OK) {
        c->has_ended = true;
        c->result = CURLE_FAILED_INIT;
    }
    for (CURLMsg *message; (message = library.multi_info_read(c->multi, &left));) {
        if (message->msg != CURLMSG_DONE) continue;
        c->has_ended = true;
        c->result = message->data.result;
    }
}

ccurl_state ccurl_advance(ccurl *c, int milliseconds) {
    const bool had_head = c->status != 0;
    if (c->is_full && !c->body_count) {
        c->is_full = false;
        library.easy_pause(c->easy, CURLPAUSE_CONT);
    }
    for (int round = 0; round < 2; round++) {
        if (!c->has_ended) perform(c);
        if (c->has_ended && c->result == CURLE_OK) return CCURL_DONE;
        // What came before a connection broke is worth keeping.
        if (c->body_count || (c->status && !had_head)) return CCURL_ARRIVED;
        if (c->has_ended) return CCURL_FAILED;
        if (!round) library.multi_poll(c->multi, NULL, 0, milliseconds, NULL);
    }
    return CCURL_WAITING;
}

int ccurl_status(const ccurl *c) { return c->status; }

const char *ccurl_head(const ccurl *c, size_t *count) {
    *count = c->head_count;
    return c->head;
}

const char *ccurl_take(ccurl *c, size_t *count) {
    *count = c->body_count;
    c->body_count = 0;
    return c->body;
}

const char *ccurl_problem(const ccurl *c) {
    return c->problem[0] ? c->problem : library.easy_strerror(c->result);
}
