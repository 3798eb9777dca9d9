// GET requests by the system's libcurl. The library is opened at the first request, so that a
// program that downloads nothing neither loads it nor needs it.
//
// The caller sets the pace: bytes are read from the network only while it asks for them, and at
// most CCURL_BODY_BYTES wait in memory.
#ifndef CCURL_H
#define CCURL_H
#include <stddef.h>
#include <stdint.h>

enum { CCURL_BODY_BYTES = 1 << 20 };

// A place for one request at a time, which keeps its connections for the next one. Not to be used
// by two threads at once.
typedef struct ccurl ccurl;

typedef struct {
    const char *url;
    // "name: value", separated by line feeds.
    const char *headers;
    // "http://host:port", or "" for none; the environment is not looked at.
    const char *proxy;
    long connect_seconds;
    // Of the whole request.
    long total_seconds;
} ccurl_request;

typedef enum {
    // Nothing came yet.
    CCURL_WAITING,
    // There is a head or a piece of the body that was not there before.
    CCURL_ARRIVED,
    // The answer is complete; the last piece may still be there.
    CCURL_DONE,
    CCURL_FAILED,
} ccurl_state;

// Why libcurl cannot be used, or NULL when it can.
const char *ccurl_missing(void);

// NULL when libcurl is missing or memory is short.
ccurl *ccurl_create(void);
void ccurl_free(ccurl *c);

// Begins a request, and gives up the one before. 0 when done.
int ccurl_begin(ccurl *c, const ccurl_request *request);

// Goes on for as long as something arrives, and waits for it for at most `milliseconds`.
ccurl_state ccurl_advance(ccurl *c, int milliseconds);

// The status of the answer; 0 until its head is complete.
int ccurl_status(const ccurl *c);

// The header lines of the answer, complete when the status is not 0.
const char *ccurl_head(const ccurl *c, size_t *count);

// What arrived of the body since this was called last; valid until the next `ccurl_advance`.
const char *ccurl_take(ccurl *c, size_t *count);

// Why the request failed, as one line.
const char *ccurl_problem(const ccurl *c);
#endif
