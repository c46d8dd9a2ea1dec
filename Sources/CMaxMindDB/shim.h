#include <maxminddb.h>

// Of <sys/mman.h>, which declares them for GNU sources alone.
int memfd_create(const char *name, unsigned int flags);
enum { PERIMETER_MFD_CLOEXEC = 1 };
