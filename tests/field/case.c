#include "case.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "domain/cmdline_config.h"
#include "domain/domain_xml.h"
#include "lines.h"

static const char *const names[FIELD__COUNT] = {
	[FIELD_VCPUS] = "vcpus",
	[FIELD_TRACED] = "traced",
	[FIELD_EXITS] = "exits",
	[FIELD_IO] = "io",
	[FIELD_MMIO] = "mmio",
	[FIELD_MSR] = "msr",
	[FIELD_HALT] = "halt",
	[FIELD_RTC] = "rtc",
	[FIELD_PM] = "pm",
	[FIELD_HPET] = "hpet",
	[FIELD_HVTIME] = "hvtime",
	[FIELD_STIMER] = "stimer",
	[FIELD_RTCLINE] = "rtcline",
	[FIELD_TIMERLINE] = "timerline",
	[FIELD_PITLINE] = "pitline",
	[FIELD_MAIN_CPU] = "main_cpu",
	[FIELD_MAIN_WAKES] = "main_wakes",
	[FIELD_VCPU_CPU] = "vcpu_cpu",
	[FIELD_VCPU_GUEST] = "vcpu_guest",
	[FIELD_VCPU_SYS] = "vcpu_sys",
	[FIELD_WAIT] = "wait",
	[FIELD_PAUSE] = "pause",
	[FIELD_HALTPOLL] = "haltpoll",
	[FIELD_NESTED] = "nested",
	[FIELD_ICR] = "icr",
	[FIELD_PIT] = "pit",
	[FIELD_IRQ] = "irq",
	[FIELD_WINDOW] = "window",
	[FIELD_APIC] = "apic",
	[FIELD_EOI] = "eoi",
	[FIELD_APICTIMER] = "apictimer",
	[FIELD_HVMSR] = "hvmsr",
	[FIELD_KVMMSR] = "kvmmsr",
	[FIELD_POWER] = "power",
	[FIELD_SERIAL] = "serial",
	[FIELD_IODELAY] = "iodelay",
	[FIELD_HYPERCALL] = "hypercall",
	[FIELD_UNHANDLED] = "unhandled",
	[FIELD_IOTHREAD] = "iothread",
	[FIELD_IOTHREAD_USER] = "iothread_user",
	[FIELD_CPUID] = "cpuid",
	[FIELD_FAULT] = "fault",
	[FIELD_NXSPLIT] = "nxsplit",
	[FIELD_KSMD] = "ksmd",
	[FIELD_AGE] = "age",
	[FIELD_OVERCOMMIT] = "overcommit",
	[FIELD_PID] = "pid",
};

const char *field_figure_name(enum field_figure figure)
{
	return names[figure];
}

/* -- files ----------------------------------------------------------------------------------------- */

char *field_case_file(struct field_case *c, const char *name, size_t *length)
{
	FILE *file = fopen(arena_printf(&c->arena, "%s/%s", c->folder, name), "re");
	struct strbuf text = { 0 };
	char buffer[4096], *copy;
	size_t got;

	if (!file)
		return NULL;
	while ((got = fread(buffer, 1, sizeof buffer, file)) > 0)
		strbuf_add_bytes(&text, buffer, got);
	fclose(file);
	copy = arena_alloc(&c->arena, text.length + 1);
	if (text.length)
		memcpy(copy, text.data, text.length);
	if (length)
		*length = text.length;
	strbuf_fini(&text);
	return copy;
}

/* -- figures --------------------------------------------------------------------------------------- */

static bool read_threads(struct field_case *c, char **rest)
{
	double tid;
	char *word;

	while ((word = field_word(rest))) {
		if (c->thread_count == FIELD_THREADS_MAX || !field_line_number(&tid, word) ||
			tid < 1)
			return false;
		c->threads[c->thread_count++] = (pid_t)tid;
	}
	return c->thread_count > 0;
}

/* Values that are words. */
static const char **text_of(struct field_case *c, const char *key)
{
	if (!strcmp(key, "vendor"))
		return &c->vendor;
	return strcmp(key, "clocksource") != 0 ? NULL : &c->clocksource;
}

static bool read_figure(struct field_case *c, const struct field_lines *l, const char *key,
	char **rest, struct strbuf *why)
{
	const char **text = text_of(c, key);
	size_t i = 0;

	if (!strcmp(key, "threads"))
		return !c->thread_count && read_threads(c, rest)
			       ? true
			       : field_fail(why, c, l, "threads are thread IDs, given once", NULL);
	if (text) {
		if (*text)
			return field_fail(why, c, l, "duplicate key", key);
		*text = field_word(rest);
		return *text ? true : field_fail(why, c, l, "missing value of", key);
	}
	while (i < FIELD__COUNT && strcmp(key, names[i]) != 0)
		i++;
	if (i == FIELD__COUNT)
		return field_fail(why, c, l, "unknown key", key);
	if (!isnan(c->figures[i]))
		return field_fail(why, c, l, "duplicate key", key);
	if (!field_line_number(&c->figures[i], field_word(rest)))
		return field_fail(why, c, l, "not a number:", key);
	return true;
}

static bool read_figures(struct field_case *c, struct strbuf *why)
{
	struct field_lines l = { .file = "figures", .rest = field_case_file(c, "figures", NULL) };
	char *line, *rest;

	for (int i = 0; i < FIELD__COUNT; i++)
		c->figures[i] = NAN;
	if (!l.rest)
		return field_fail_file(why, c, l.file, "missing");
	while ((line = field_lines_entry(&l))) {
		const char *key = strtok_r(line, " \t\r", &rest);

		if (!read_figure(c, &l, key, &rest, why))
			return false;
		if (field_word(&rest))
			return field_fail(why, c, &l, "more than one value of", key);
	}
	if (c->vendor && strcmp(c->vendor, "intel") != 0 && strcmp(c->vendor, "amd") != 0)
		return field_fail_file(why, c, l.file, "vendor is neither intel nor amd");
	if (!(c->figures[FIELD_VCPUS] >= 1) && c->has_config)
		return field_fail_file(why, c, l.file, "vcpus is missing or 0");
	return true;
}

/* -- configuration and log ------------------------------------------------------------------------- */

/* Arguments end in NUL in /proc; an editor's end in a newline. */
static void read_cmdline(struct field_case *c, char *text, size_t length)
{
	if (!memchr(text, '\0', length))
		for (size_t i = 0; i < length; i++)
			if (text[i] == '\n')
				text[i] = '\0';
	if (length && text[length - 1])
		length++; /* the NUL behind the text */
	cmdline_config_read(&c->config, text, length);
}

static bool read_config(struct field_case *c, struct strbuf *why)
{
	size_t length = 0;
	char *xml = field_case_file(c, "domain.xml", NULL);
	char *arguments = field_case_file(c, "cmdline", &length);

	if (xml && arguments)
		return field_fail_file(why, c, "cmdline", "there is a domain.xml already");
	c->has_config = xml || arguments;
	if (arguments)
		read_cmdline(c, arguments, length);
	else
		domain_xml_read(&c->config, xml);
	return !xml || c->config.parsed ? true
					: field_fail_file(why, c, "domain.xml", "does not parse");
}

static bool read_log(struct field_case *c, struct strbuf *why)
{
	struct field_lines l = { .file = "kernel.log",
		.rest = field_case_file(c, "kernel.log", NULL) };
	char *line;

	c->has_log = l.rest;
	while ((line = field_lines_next(&l))) {
		if (c->record_count == FIELD_LINES_MAX)
			return field_fail(why, c, &l, "too many records", NULL);
		c->records[c->record_count++] = line;
	}
	return true;
}

bool field_case_read(struct field_case *c, const char *folder, struct strbuf *why)
{
	*c = (struct field_case){ .folder = folder };
	if (!read_config(c, why) || !read_log(c, why))
		return false;
	if (!c->has_config && !c->has_log)
		return field_fail_file(why, c, "domain.xml",
			"missing, as are cmdline and kernel.log: one is needed");
	return read_figures(c, why);
}

void field_case_fini(struct field_case *c)
{
	domain_config_fini(&c->config);
	arena_fini(&c->arena);
}
