#include "source/host/host_detail.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/mem.h"
#include "sample/sample.h"
#include "sample/wants.h"
#include "source/host/placement.h"

struct host_detail {
	struct source source;
	char *root_path;
	int root;                      /* -1 while nobody wants anything */
	struct placements *placements; /* NULL likewise */
	struct vm_id vm;               /* whose threads are read each time */
};

static void stop(struct host_detail *h)
{
	placements_free(h->placements);
	h->placements = NULL;
	if (h->root >= 0)
		close(h->root);
	h->root = -1;
}

static void detail_want(struct source *source, const struct sample_wants *wants)
{
	struct host_detail *h = (struct host_detail *)source;
	const bool wanted = wants->what & WANT_HOST;

	h->vm = wants->vm;
	if (!wanted) {
		stop(h);
		return;
	}
	if (!h->placements)
		h->placements = placements_new();
}

static void detail_collect(struct source *source, struct sample *s)
{
	struct host_detail *h = (struct host_detail *)source;

	if (!h->placements)
		return;
	if (h->root < 0)
		h->root = open(h->root_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (h->root < 0)
		return;
	s->host_detail = arena_alloc(&s->arena, sizeof *s->host_detail);
	s->host_detail_count = 1;
	host_detail_read(s->host_detail, &s->arena, h->root);
	placements_collect(h->placements, s, h->root, h->vm);
}

static void detail_close(struct source *source)
{
	struct host_detail *h = (struct host_detail *)source;

	stop(h);
	free(h->root_path);
	free(h);
}

struct source *host_detail_open(const char *root)
{
	static const struct source_ops ops = {
		.collect = detail_collect,
		.want = detail_want,
		.close = detail_close,
	};
	struct host_detail *h = mem_calloc(1, sizeof *h);

	h->source.ops = &ops;
	h->root_path = mem_strdup(root);
	h->root = -1;
	return &h->source;
}
