// The types and numbers of libcurl. The library itself is opened when a download begins and never linked: it
// brings thirty others along, which a kernel that downloads nothing should not load. So nothing declared in curl.h
// may be called; its functions are looked up by name, and these shims pass on what Swift cannot: variable arguments.

#ifndef VITRINE_CURL_H
#define VITRINE_CURL_H

#include <curl/curl.h>

typedef CURLcode (*vitrine_curl_setopt)(CURL *handle, CURLoption option, ...);
typedef CURLcode (*vitrine_curl_getinfo)(CURL *handle, CURLINFO information, ...);

static inline CURLcode vitrine_curl_set_number(
    vitrine_curl_setopt setopt, CURL *handle, CURLoption option, long value) {
    return setopt(handle, option, value);
}

static inline CURLcode vitrine_curl_set_text(
    vitrine_curl_setopt setopt, CURL *handle, CURLoption option, const char *value) {
    return setopt(handle, option, value);
}

static inline CURLcode vitrine_curl_set_pointer(
    vitrine_curl_setopt setopt, CURL *handle, CURLoption option, void *value) {
    return setopt(handle, option, value);
}

static inline CURLcode vitrine_curl_set_callback(
    vitrine_curl_setopt setopt, CURL *handle, CURLoption option, curl_write_callback value) {
    return setopt(handle, option, value);
}

static inline CURLcode vitrine_curl_get_text(
    vitrine_curl_getinfo getinfo, CURL *handle, CURLINFO information, const char **value) {
    return getinfo(handle, information, value);
}

static inline CURLcode vitrine_curl_get_number(
    vitrine_curl_getinfo getinfo, CURL *handle, CURLINFO information, long *value) {
    return getinfo(handle, information, value);
}

// What a finished transfer ended with; CURLE_OK where `message` tells of something else.
static inline CURLcode vitrine_curl_result(const CURLMsg *message) {
    return message->msg == CURLMSG_DONE ? message->data.result : CURLE_OK;
}

#endif
