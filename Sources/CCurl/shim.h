#pragma once
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

/* Swift cannot call C variadics: one function per argument type. */
typedef size_t (*itsm_curl_io)(char *, size_t, size_t, void *);
typedef int (*itsm_curl_progress)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
static inline CURLcode itsm_curl_set_long(CURL *h, CURLoption o, long v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode itsm_curl_set_offset(CURL *h, CURLoption o, curl_off_t v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode itsm_curl_set_string(CURL *h, CURLoption o, const char *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode itsm_curl_set_pointer(CURL *h, CURLoption o, void *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode itsm_curl_set_io(CURL *h, CURLoption o, itsm_curl_io f) { return curl_easy_setopt(h, o, f); }
static inline CURLcode itsm_curl_set_progress(CURL *h, CURLoption o, itsm_curl_progress f) { return curl_easy_setopt(h, o, f); }
static inline CURLcode itsm_curl_get_long(CURL *h, CURLINFO i, long *v) { return curl_easy_getinfo(h, i, v); }
