#include "openssl_table.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static struct openssl_table table;
static int is_complete;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  /* Never closed: its exit handlers stay valid to the end. libssl brings libcrypto with it, and dlsym searches both. */
  void *library = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
#define OPENSSL_FIND(name)                     \
  {                                            \
    void *found = dlsym(library, #name);       \
    if (!found) return;                        \
    memcpy(&table.name, &found, sizeof found); \
  }
  OPENSSL_TABLE(OPENSSL_FIND)
#undef OPENSSL_FIND
  is_complete = 1;
}

const struct openssl_table *openssl_load(void) {
  pthread_once(&once, load);
  return is_complete ? &table : 0;
}
