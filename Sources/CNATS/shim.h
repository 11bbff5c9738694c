// libnats, and its constants that are macros of casts, which Swift does not take.
#ifndef CNATS_SHIM_H
#define CNATS_SHIM_H

#include <nats/nats.h>

#endif
