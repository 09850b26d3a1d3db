#include "source/recording/recording_unpack.h"

#include <stdlib.h>
#include <string.h>

#ifdef HAVE_ZSTD
#include <zstd.h>
#endif
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif

#include "core/mem.h"

struct recording_unpacker {
	enum recording_packing packing;
#ifdef HAVE_ZSTD
	ZSTD_DCtx *zstd;
#endif
};

static const struct {
	const char *name;
	const char *missing;
} packings[RECORDING_PACKING__COUNT] = {
	[RECORDING_PLAIN] = { "none", NULL },
#ifdef HAVE_ZSTD
	[RECORDING_ZSTD] = { "zstd", NULL },
#else
	[RECORDING_ZSTD] = { "zstd", "libzstd-dev" },
#endif
#ifdef HAVE_ZLIB
	[RECORDING_ZLIB] = { "zlib", NULL },
#else
	[RECORDING_ZLIB] = { "zlib", "zlib1g-dev" },
#endif
};

enum recording_packing recording_packing_find(const char *name)
{
	int i = 0;

	while (i < RECORDING_PACKING__COUNT && strcmp(packings[i].name, name) != 0)
		i++;
	return (enum recording_packing)i;
}

const char *recording_packing_missing(enum recording_packing packing)
{
	return packings[packing].missing;
}

struct recording_unpacker *recording_unpacker_new(enum recording_packing packing)
{
	struct recording_unpacker *u;

	if (packing == RECORDING_PACKING__COUNT || packings[packing].missing)
		return NULL;
	u = mem_calloc(1, sizeof *u);
	u->packing = packing;
#ifdef HAVE_ZSTD
	if (packing == RECORDING_ZSTD)
		u->zstd = ZSTD_createDCtx();
#endif
	return u;
}

void recording_unpacker_free(struct recording_unpacker *u)
{
	if (!u)
		return;
#ifdef HAVE_ZSTD
	ZSTD_freeDCtx(u->zstd);
#endif
	free(u);
}

#ifdef HAVE_ZSTD
static bool unpack_zstd(struct recording_unpacker *u, const void *packed, size_t packed_size,
	void *out, size_t size)
{
	/* An error is a size that no buffer has. */
	return u->zstd && ZSTD_decompressDCtx(u->zstd, out, size, packed, packed_size) == size;
}
#endif

#ifdef HAVE_ZLIB
static bool unpack_zlib(const void *packed, size_t packed_size, void *out, size_t size)
{
	uLongf length = size;

	return uncompress(out, &length, packed, packed_size) == Z_OK && length == size;
}
#endif

bool recording_unpack(struct recording_unpacker *u, const void *packed, size_t packed_size,
	void *out, size_t size)
{
	switch (u->packing) {
#ifdef HAVE_ZSTD
	case RECORDING_ZSTD:
		return unpack_zstd(u, packed, packed_size, out, size);
#endif
#ifdef HAVE_ZLIB
	case RECORDING_ZLIB:
		return unpack_zlib(packed, packed_size, out, size);
#endif
	default:
		if (packed_size != size)
			return false;
		memcpy(out, packed, size);
		return true;
	}
}
