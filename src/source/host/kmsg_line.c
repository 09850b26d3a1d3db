#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "source/host/kmsg.h"
#include "source/host/kmsg_words.h"

/* Takes digits of base 10 or 16 at *text and moves it behind them. False when there are none, or too
 * many for max. */
static bool take_number(const char **text, int base, uint64_t max, uint64_t *value)
{
	const char *p = *text;

	for (*value = 0; base == 16 ? isxdigit((unsigned char)*p) : isdigit((unsigned char)*p);
		p++) {
		const int digit = isdigit((unsigned char)*p) ? *p - '0' : (*p | 0x20) - 'a' + 10;

		if (*value > (max - (uint64_t)digit) / (uint64_t)base)
			return false;
		*value = *value * (uint64_t)base + (uint64_t)digit;
	}
	if (p == *text)
		return false;
	*text = p;
	return true;
}

static bool take_text(const char **text, const char *wanted)
{
	const size_t length = strlen(wanted);

	if (strncmp(*text, wanted, length) != 0)
		return false;
	*text += length;
	return true;
}

/* The record's head, "6,339,5140900,-;" or with further fields before the semicolon: priority and
 * facility, sequence number, microseconds, flags. Moves *text to the message. */
static bool take_head(const char **text, uint64_t *priority, struct kmsg_line *line)
{
	const char *end;

	if (!take_number(text, 10, UINT64_MAX, priority) || !take_text(text, ",") ||
		!take_number(text, 10, UINT64_MAX, &line->sequence) || !take_text(text, ",") ||
		!take_number(text, 10, UINT64_MAX, &line->time_us) || !take_text(text, ","))
		return false;
	end = strchr(*text, ';');
	if (!end)
		return false;
	*text = end + 1;
	return true;
}

/* A module's name, which newer kernels put before the line. */
static const char *skip_module(const char *text)
{
	static const char *const modules[] = { "kvm_intel: ", "kvm_amd: ", "kvm: ", "SVM: " };

	for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
		const char *p = text;

		if (take_text(&p, modules[i]) && !strncmp(p, "kvm [", 5))
			return p;
	}
	return text;
}

/* Whose line it is, in the wordings of Linux 6, 5 and 3, and of before 3.3:
 *	kvm_intel: kvm [21715]: vcpu0, guest rIP: 0xfffff80312345678 Unhandled WRMSR(0x1d9) = 0x1
 *	kvm [21715]: vcpu0, guest rIP: 0xfffff80312345678 ignored rdmsr: 0x611
 *	kvm [21715]: vcpu1 unhandled rdmsr: 0x611
 *	kvm: 21715: cpu0 unhandled wrmsr: 0x198 data 0 */
static bool take_pid(const char **text, pid_t *pid)
{
	const char *p = skip_module(*text);
	uint64_t value;

	if (take_text(&p, "kvm [")) {
		if (!take_number(&p, 10, INT_MAX, &value) || !take_text(&p, "]: "))
			return false;
	} else if (!take_text(&p, "kvm: ") || !take_number(&p, 10, INT_MAX, &value) ||
		   !take_text(&p, ": ")) {
		return false;
	}
	*text = p;
	*pid = (pid_t)value;
	return value > 0;
}

static bool ends_with(const char *text, const char *end, const char *word)
{
	const size_t length = strlen(word);

	return (size_t)(end - text) >= length && !memcmp(end - length, word, length);
}

/* What stands before "rdmsr: 0x...": "unhandled ", "ignored ", "unimplemented ", "disabled perfctr ". Two
 * lines of AMD's name the MSR instead of giving its number, and have the value there. */
static uint32_t named_msr(const char *text, const char *at)
{
	if (ends_with(text, at, " HWCR "))
		return 0xc0010015;
	return ends_with(text, at, " MMIO_CONF_BASE ") ? 0xc0010058 : 0;
}

/* The MSR in the message, and what was wanted of it:
 *	vcpu0, guest rIP: 0xfffff80312345678 ignored rdmsr: 0x611
 *	ignored wrmsr: 0x1a2 data 0x0
 *	vcpu0, guest rIP: 0xffffffff9a663424 disabled perfctr wrmsr: 0xc2 data 0xffff
 *	vcpu0, guest rIP: 0xfffff80312345678 Unhandled RDMSR(0x611)
 *	vcpu0, guest rIP: 0xfffff80312345678 kvm_set_msr_common: MSR_IA32_DEBUGCTLMSR 0x1, nop */
static bool find_msr(struct kmsg_line *line, const char *text, const char *end)
{
	static const struct {
		const char *text;
		enum kernel_log_direction direction;
		uint32_t msr; /* that is named; 0: its number follows */
	} words[] = {
		{ "rdmsr: 0x", KERNEL_LOG_READ, 0 },
		{ "wrmsr: 0x", KERNEL_LOG_WRITE, 0 },
		{ "RDMSR(0x", KERNEL_LOG_READ, 0 },
		{ "WRMSR(0x", KERNEL_LOG_WRITE, 0 },
		{ "MSR_IA32_DEBUGCTLMSR 0x", KERNEL_LOG_WRITE, 0x1d9 },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const char *at = strstr(text, words[i].text);
		const char *p = at ? at + strlen(words[i].text) : NULL;
		uint64_t value;

		if (!at || at >= end)
			continue;
		line->direction = words[i].direction;
		line->kind = words[i].msr || ends_with(text, at, "ignored ")
				     ? KERNEL_LOG_MSR_IGNORED
				     : KERNEL_LOG_MSR_UNHANDLED;
		line->msr = words[i].msr ? words[i].msr : named_msr(text, at);
		if (line->msr)
			return true;
		if (!take_number(&p, 16, UINT32_MAX, &value))
			return false;
		line->msr = (uint32_t)value;
		return true;
	}
	return false;
}

static bool is_about_msr(struct kmsg_line *line, const char *end)
{
	struct kmsg_line found = *line;
	const char *text = line->text;

	if (!take_pid(&text, &found.pid) || !find_msr(&found, text, end))
		return false;
	found.of_vm = true;
	*line = found;
	return true;
}

bool kmsg_is_msr(const struct kmsg_line *line)
{
	return line->kind == KERNEL_LOG_MSR_UNHANDLED || line->kind == KERNEL_LOG_MSR_IGNORED;
}

/* Everybody with the right to write to /dev/kmsg can put any text there, but not with facility 0, which
 * is the kernel's: the priority's upper bits. Behind the message's line come the record's details, " KEY=
 * value" each, which are no part of it. */
enum kmsg_kind kmsg_parse(struct kmsg_line *line, const char *record, size_t length)
{
	const char *text = record, *end;
	uint64_t priority;

	*line = (struct kmsg_line){ 0 };
	if (memchr(record, '\0', length) || !take_head(&text, &priority, line))
		return KMSG_GARBAGE;
	end = text + strcspn(text, "\n");
	line->text = text;
	line->length = (size_t)(end - text);
	if (priority >> 3)
		return KMSG_OTHER;
	if (is_about_msr(line, end) || kmsg_words_parse(line, (unsigned)priority))
		return KMSG_LISTED;
	return KMSG_OTHER;
}
