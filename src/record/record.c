#include "record/record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "record/out.h"
#include "record/write.h"

struct record {
	struct record_out *out;
	struct record_write write;
	struct strbuf line; /* room that is used again */
	double interval_s;
	char name[128]; /* of the file, cleaned */
};

int record_open(struct record **result, const struct record_options *config, char *why, size_t size)
{
	struct record *r = mem_calloc(1, sizeof *r);
	const int error = record_out_open(&r->out, config->path, config->max_bytes, why, size);

	if (error) {
		free(r);
		return error;
	}
	r->write.anonymize = config->anonymize;
	r->interval_s = config->interval_s;
	text_clean(r->name, sizeof r->name, config->path);
	*result = r;
	return 0;
}

/* The sample as a line, behind the first line of the file where nothing is in it yet. */
static void make_line(struct record *r, const struct sample *s, bool key)
{
	r->line.length = 0;
	if (!record_out_size(r->out)) {
		key = true;
		record_write_header(&r->write, s, r->interval_s, &r->line);
	}
	record_write_sample(&r->write, s, key, &r->line);
}

static int write_line(struct record *r, const struct sample *s)
{
	bool key = record_write_wants_key(&r->write) || !record_out_size(r->out);
	int error = 0;

	make_line(r, s, key);
	if (record_out_is_full(r->out, r->line.length)) {
		error = record_out_turn(r->out);
		key = true;
		if (!error)
			make_line(r, s, key);
	}
	if (!error)
		error = record_out_write(
			r->out, strbuf_text(&r->line), r->line.length, key, r->write.tick);
	/* What the line said and nobody will read must be said again. */
	if (error)
		r->write.key_bytes = RECORD_KEY_BYTES;
	else
		record_write_next(&r->write, r->line.length);
	return error;
}

int record_add(struct record *r, const struct sample *s, char *why, size_t size)
{
	const int error = write_line(r, s);

	if (error)
		snprintf(why, size, "%s is not written (%s): what is in it is whole", r->name,
			strerror(-error));
	return error;
}

void record_close(struct record *r)
{
	if (!r)
		return;
	record_out_close(r->out);
	record_write_fini(&r->write);
	strbuf_fini(&r->line);
	free(r);
}
