// What Swift cannot call in zlib: deflateInit2 is a macro, and z_stream is set up by C's own zeroing.
#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

#include <string.h>
#include <zlib.h>

/// Compresses as gzip (RFC 1952), without a file name or a time, so that equal input gives equal output. The length of
/// what was written, or 0 when it does not fit into `capacity` bytes or memory is out.
static inline size_t czlib_gzip(const void *input, size_t size, void *output, size_t capacity) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    // zlib.h: "Add 16 to windowBits to write a simple gzip header and trailer".
    if (size > UINT_MAX || capacity > UINT_MAX
        || deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    stream.next_in = (Bytef *) input;
    stream.avail_in = (uInt) size;
    stream.next_out = (Bytef *) output;
    stream.avail_out = (uInt) capacity;
    int code = deflate(&stream, Z_FINISH);
    size_t written = code == Z_STREAM_END ? stream.total_out : 0;
    deflateEnd(&stream);
    return written;
}

#endif
