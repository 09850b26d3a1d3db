#include "source/tracefs/trace_format.h"

#include <errno.h>
#include <event-parse.h>
#include <stdio.h>
#include <string.h>

#include "source/tracefs/trace_names.h"
#include "source/tracefs/trace_reason.h"
#include "source/tracefs/trace_text.h"

const char *const trace_format_events[] = { "kvm_exit", "kvm_entry", "kvm_enter", "kvm_reenter",
	"kvm_msr", "kvm_mmio", "kvm_set_irq", NULL };

/* libtraceevent's warnings would go to standard error, over the screen. */
#ifdef HAVE_TEP_LOGLEVEL

static void silence_warnings(void)
{
	tep_set_loglevel(TEP_LOG_NONE);
}

#else

/* Before 1.3 it warns through this function, a weak symbol that a program may replace; libtracefs before 1.2, too. */
void warning(const char *format, ...);

void warning(const char *format, ...)
{
	(void)format;
}

static void silence_warnings(void)
{
}

#endif

int trace_formats_init(struct trace_formats *from)
{
	*from = (struct trace_formats){ .tep = tep_alloc() };
	if (!from->tep)
		return -ENOMEM;
	from->names = trace_names_new();
	silence_warnings();
	tep_set_file_bigendian(from->tep, tep_is_bigendian() ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN);
	tep_set_long_size(from->tep, sizeof(long));
	return 0;
}

void trace_formats_fini(struct trace_formats *from)
{
	tep_free(from->tep);
	trace_names_free(from->names);
	*from = (struct trace_formats){ 0 };
}

int trace_formats_add(struct trace_formats *from, const char *text, size_t length)
{
	static const char exit_head[] = "name: kvm_exit\n";
	struct strbuf known = { 0 };
	const int error = trace_text_extract(text, length, &known);

	if (!error) {
		tep_parse_event(from->tep, strbuf_text(&known), known.length, "kvm");
		if (!strncmp(strbuf_text(&known), exit_head, sizeof exit_head - 1))
			trace_names_add(from->names, text, length);
	}
	strbuf_fini(&known);
	return error;
}

static struct tep_event *find_event(const struct trace_formats *from, const char *name)
{
	return tep_find_event_by_name(from->tep, "kvm", name);
}

bool trace_formats_complete(const struct trace_formats *from)
{
	return find_event(from, "kvm_exit") &&
	       (find_event(from, "kvm_entry") || find_event(from, "kvm_enter"));
}

/* The field as the format file has it; all zero when it is missing or no plain number:
 *	field:unsigned int exit_reason;	offset:8;	size:4;	signed:0;
 * *needed grows to the length that a record must have to hold the field. */
static struct trace_field find_field(struct tep_event *event, const char *name, uint16_t *needed)
{
	const struct tep_format_field *field = tep_find_any_field(event, name);
	int end;

	if (!field || field->offset < 0 || field->offset > UINT16_MAX - 8)
		return (struct trace_field){ 0 };
	if (field->size != 1 && field->size != 2 && field->size != 4 && field->size != 8)
		return (struct trace_field){ 0 };
	end = field->offset + field->size;
	if (end > *needed)
		*needed = (uint16_t)end;
	return (struct trace_field){ .offset = (uint16_t)field->offset,
		.size = (uint16_t)field->size };
}

/* An event that can be done without: the ID of the one that has both fields, else -1. */
static int find_extra(const struct trace_format *f, const struct trace_formats *from,
	const char *name, uint16_t *needed, const char *first_name, struct trace_field *first,
	const char *second_name, struct trace_field *second)
{
	struct tep_event *event = find_event(from, name);

	if (!event)
		return -1;
	*needed = f->common_size;
	*first = find_field(event, first_name, needed);
	*second = find_field(event, second_name, needed);
	return first->size && second->size ? event->id : -1;
}

static void find_extras(struct trace_format *f, const struct trace_formats *from)
{
	f->msr_id = find_extra(
		f, from, "kvm_msr", &f->msr_size, "write", &f->msr_write, "ecx", &f->msr_number);
	f->mmio_id = find_extra(
		f, from, "kvm_mmio", &f->mmio_size, "type", &f->mmio_type, "gpa", &f->mmio_address);
	f->irq_id = find_extra(
		f, from, "kvm_set_irq", &f->irq_size, "gsi", &f->irq_gsi, "level", &f->irq_level);
}

static void find_exit_fields(struct trace_format *f, struct tep_event *exit)
{
	/* Of each kernel's own name. */
	static const char *const reasons[] = { "exit_reason", "esr_ec", "scause", "reason" };

	f->exit_size = f->common_size;
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons && !f->exit_reason.size; i++) {
		f->exit_reason = find_field(exit, reasons[i], &f->exit_size);
		f->reason_isa = trace_reason_isa(reasons[i]);
	}
	if (f->reason_isa == EXIT_ISA_ARM_TRAP)
		f->exit_ret = find_field(exit, "ret", &f->exit_size);
	f->exit_isa = find_field(exit, "isa", &f->exit_size);
	f->exit_info1 = find_field(exit, "info1", &f->exit_size);
	f->exit_vcpu = find_field(exit, "vcpu_id", &f->exit_size);
}

static bool is_usual(const struct trace_format *f)
{
	return f->exit_reason.size == 4 && f->exit_isa.size == 4 && f->exit_info1.size == 8 &&
	       f->exit_vcpu.size == 4 && f->entry_vcpu.size == 4 && !f->exit_ret.size;
}

int trace_format_init(struct trace_format *f, struct trace_formats *from, char *why, size_t size)
{
	struct tep_event *exit = find_event(from, "kvm_exit");
	struct tep_event *entry = find_event(from, "kvm_entry"), *reenter = NULL;

	*f = (struct trace_format){ .exit_id = -1,
		.entry_id = -1,
		.reenter_id = -1,
		.msr_id = -1,
		.mmio_id = -1,
		.irq_id = -1 };
	/* LoongArch: from QEMU, and after an exit that KVM has served. */
	if (!entry) {
		entry = find_event(from, "kvm_enter");
		reenter = find_event(from, "kvm_reenter");
	}
	if (!exit || !entry) {
		snprintf(why, size,
			"exit reasons are not known: this kernel's KVM has no event kvm_%s to "
			"trace",
			exit ? "entry" : "exit");
		return -ENOENT;
	}
	f->exit_id = exit->id;
	f->entry_id = entry->id;
	if (reenter)
		f->reenter_id = reenter->id;
	/* The common fields lie alike in all events. */
	f->type = find_field(exit, "common_type", &f->common_size);
	f->pid = find_field(exit, "common_pid", &f->common_size);
	find_exit_fields(f, exit);
	if (f->type.size != 2 || f->pid.size != 4) {
		snprintf(why, size,
			"exit reasons are not known: this kernel's event kvm_exit has no field %s",
			f->type.size != 2 ? "common_type" : "common_pid");
		return -ENOENT;
	}
	if (!f->exit_reason.size) {
		snprintf(why, size,
			"exit reasons are not known: no known reason field in this kernel's "
			"kvm_exit event; update kvmtop");
		return -ENOENT;
	}
	f->entry_size = f->common_size;
	f->entry_vcpu = find_field(entry, "vcpu_id", &f->entry_size);
	f->usual = is_usual(f);
	find_extras(f, from);
	f->names = from->names;
	from->names = NULL;
	return 0;
}

void trace_format_fini(struct trace_format *f)
{
	trace_names_free(f->names);
	f->names = NULL;
}

const char *trace_format_reason(struct trace_format *f, enum exit_isa isa, uint32_t reason)
{
	return trace_names_get(f->names, isa, reason);
}
