// What Swift's Glibc module leaves out of Linux.
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#include <sys/epoll.h>

#endif
