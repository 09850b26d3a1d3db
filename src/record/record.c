#include "record/record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "record/out.h"
#include "record/write.h"

struct tape_record {
	struct tape_out *out;
	struct tape_write write;
	struct strbuf line; /* room that is used again */
	double interval_s;
	char name[128]; /* of the file, cleaned */
};

int tape_record_open(struct tape_record **result, const struct tape_record_config *config,
	char *why, size_t size)
{
	struct tape_record *r = mem_calloc(1, sizeof *r);
	const int error = tape_out_open(&r->out, config->path, config->max_bytes, why, size);

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
static void make_line(struct tape_record *r, const struct sample *s, bool key)
{
	r->line.length = 0;
	if (!tape_out_size(r->out)) {
		key = true;
		tape_write_header(&r->write, s, r->interval_s, &r->line);
	}
	tape_write_sample(&r->write, s, key, &r->line);
}

static int write_line(struct tape_record *r, const struct sample *s)
{
	bool key = tape_write_wants_key(&r->write) || !tape_out_size(r->out);
	int error = 0;

	make_line(r, s, key);
	if (tape_out_is_full(r->out, r->line.length)) {
		error = tape_out_turn(r->out);
		key = true;
		if (!error)
			make_line(r, s, key);
	}
	if (!error)
		error = tape_out_write(
			r->out, strbuf_text(&r->line), r->line.length, key, r->write.tick);
	/* What the line said and nobody will read must be said again. */
	if (error)
		r->write.key_bytes = TAPE_KEY_BYTES;
	else
		tape_write_next(&r->write, r->line.length);
	return error;
}

int tape_record_add(struct tape_record *r, const struct sample *s, char *why, size_t size)
{
	const int error = write_line(r, s);

	if (error)
		snprintf(why, size, "%s is not written (%s): what is in it is whole", r->name,
			strerror(-error));
	return error;
}

void tape_record_close(struct tape_record *r)
{
	if (!r)
		return;
	tape_out_close(r->out);
	tape_write_fini(&r->write);
	strbuf_fini(&r->line);
	free(r);
}
