#include "domain/fit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Other modes name no features: libvirt or QEMU takes those that the host has. */
static bool names_features(const struct domain_config *config)
{
	const char *mode = config->hyperv.mode;

	return !*mode || !strcmp(mode, "custom");
}

/* A nested element ("stimer.direct") is not in libvirt's list of features. */
static bool is_listed_feature(const struct domain_enlightenment *e)
{
	return e->state == TRI_YES && !strchr(e->name, '.');
}

static bool wants_hyperv(const struct domain_config *config)
{
	for (size_t i = 0; names_features(config) && i < config->hyperv.count; i++)
		if (is_listed_feature(&config->hyperv.items[i]))
			return true;
	return false;
}

static bool lacks_hyperv_list(const struct domain_caps *caps, const struct domain_config *config)
{
	return !caps->hyperv_known && wants_hyperv(config);
}

static bool lacks_invtsc_list(const struct domain_caps *caps, const struct domain_config *config)
{
	return caps->invtsc == TRI_UNKNOWN && config->machine.invtsc == TRI_YES;
}

enum domain_fit_state domain_fit_state(
	const struct domain_caps *caps, const struct domain_config *config)
{
	if (caps->never != DOMAIN_CAPS_ASKABLE)
		return DOMAIN_FIT_NEVER;
	if (!caps->known)
		return DOMAIN_FIT_NOT_YET;
	return lacks_hyperv_list(caps, config) || lacks_invtsc_list(caps, config)
		       ? DOMAIN_FIT_NEVER
		       : DOMAIN_FIT_KNOWN;
}

void domain_fit_reason(
	const struct domain_caps *caps, const struct domain_config *config, char *out, size_t size)
{
	static const char *const reasons[DOMAIN_CAPS_NEVER__COUNT] = {
		[DOMAIN_CAPS_DENIED] =
			"libvirt reports that only over a read-write connection: run `sudo "
			"kvmtop`, without --read-only",
		[DOMAIN_CAPS_UNSUPPORTED] = "this libvirt driver reports no domain capabilities",
		[DOMAIN_CAPS_EMULATOR] =
			"libvirt would have to run the VM's own emulator, and it is "
			"not certain that only root can replace that",
	};
	const unsigned long version = caps->libvirt_version;

	if (reasons[caps->never])
		snprintf(out, size, "%s", reasons[caps->never]);
	else if (caps->why[0])
		snprintf(out, size, "libvirt reports: %s", caps->why);
	else if (!caps->known)
		snprintf(out, size, "libvirt has not answered yet");
	else if (config && lacks_invtsc_list(caps, config) && !lacks_hyperv_list(caps, config))
		snprintf(out, size,
			"libvirt does not report whether a VM of this kind can have the CPU "
			"feature "
			"invtsc");
	else if (version && version < 9000000)
		snprintf(out, size,
			"libvirt %lu.%lu.%lu reports no Hyper-V features (9.0 and newer do)",
			version / 1000000, version / 1000 % 1000, version % 1000);
	else
		snprintf(out, size, "libvirt reports no Hyper-V features for this kind of VM");
}

struct list {
	char *out;
	size_t size, length;
};

static void add(struct list *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct list *l, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (l->length < l->size)
		l->length +=
			(size_t)vsnprintf(l->out + l->length, l->size - l->length, format, args);
	va_end(args);
}

/* A guest without KVM starts with any of them: QEMU's own emulation ignores them. */
static bool is_kvm(const struct domain_config *config)
{
	return !config->machine.type[0] || !strcmp(config->machine.type, "kvm");
}

static void add_features(struct list *l, const struct domain_config *config,
	const struct domain_config *running, const struct domain_caps *caps)
{
	size_t count = 0;

	for (size_t i = 0; names_features(config) && i < config->hyperv.count; i++) {
		const struct domain_enlightenment *e = &config->hyperv.items[i];

		if (!is_listed_feature(e) || domain_caps_hyperv(caps, e->name) != TRI_NO ||
			(running && domain_hyperv_state(running, e->name) == TRI_YES))
			continue;
		add(l, "%s%s", count ? ", " : "Hyper-V features ", e->name);
		count++;
	}
}

/* As libvirt: a mode that it does not support is refused at the start, not by a definition. */
static void add_cpu_mode(struct list *l, const struct domain_config *config,
	const struct domain_config *running, const struct domain_caps *caps)
{
	static const char passthrough[] = "host-passthrough", model[] = "host-model";
	const char *mode = config->machine.cpu_mode;

	if (running && !strcmp(running->machine.cpu_mode, mode))
		return;
	if ((!strcmp(mode, passthrough) && caps->host_passthrough == TRI_NO) ||
		(!strcmp(mode, model) && caps->host_model == TRI_NO))
		add(l, "%sCPU mode %s", l->length ? "; " : "", mode);
}

/* libvirt holds it against what QEMU gives the guest, at each start and with every kind of emulation. */
static void add_invtsc(struct list *l, const struct domain_config *config,
	const struct domain_config *running, const struct domain_caps *caps)
{
	if (config->machine.invtsc != TRI_YES || caps->invtsc != TRI_NO ||
		(running && running->machine.invtsc == TRI_YES))
		return;
	add(l, "%sCPU feature invtsc", l->length ? "; " : "");
}

/* libvirt knows the emulator and says that it has no such machine. */
static void add_refusal(struct list *l, const struct domain_config *config,
	const struct domain_config *running, const struct domain_caps *caps)
{
	const struct domain_machine *m = &config->machine;

	if (caps->never != DOMAIN_CAPS_REFUSED ||
		(running && !strcmp(running->machine.machine, m->machine) &&
			!strcmp(running->machine.emulator, m->emulator)))
		return;
	add(l, "%smachine type %s of %s (libvirt reports: %s)", l->length ? "; " : "",
		m->machine[0] ? m->machine : "(default)",
		m->emulator[0] ? m->emulator : "the default emulator", caps->why);
}

bool domain_misfits(const struct domain_config *config, const struct domain_config *running,
	const struct domain_caps *caps, char *out, size_t size)
{
	struct list l = { out, size, 0 };

	out[0] = '\0';
	if (!config->parsed)
		return false;
	if (running && !running->parsed)
		running = NULL;
	if (is_kvm(config))
		add_features(&l, config, running, caps);
	if (caps->known) {
		add_cpu_mode(&l, config, running, caps);
		add_invtsc(&l, config, running, caps);
	}
	add_refusal(&l, config, running, caps);
	return l.length;
}

static uint64_t pages_of(uint64_t memory_kib, uint64_t size_kib)
{
	return memory_kib / size_kib + !!(memory_kib % size_kib);
}

/* Why it cannot be told, before anything is counted; NULL where it can. */
static const char *find_unknown(const struct domain_pages *pages, const struct domain_machine *m)
{
	if (!pages->known || !pages->size_kib)
		return pages->why[0] ? pages->why : "the host's huge pages were not read";
	if (m->huge_page_kib && m->huge_page_kib != pages->size_kib)
		return "the definition has huge pages of several sizes, or not for all memory";
	return m->memory_kib ? NULL : "the VM's memory is not known";
}

/* Huge pages of another size do not help, but how many of this size are among them is not known. */
static bool has_other_pages(const struct domain_pages *pages, const struct domain_config *config,
	const struct domain_config *running)
{
	const uint64_t size_kib = running->machine.huge_page_kib;

	return size_kib ? size_kib != pages->size_kib : config->machine.huge_page_kib > 0;
}

/* "this host has 100 free huge pages of 2 MiB and gets back 12 from the VM, which needs 1024" */
static void describe_pages(
	struct list *l, const struct domain_pages *pages, uint64_t back, uint64_t need)
{
	const uint64_t kib = pages->size_kib;

	add(l, "this host has %" PRIu64 " free huge pages of ", pages->free);
	if (kib % (1 << 20) == 0)
		add(l, "%" PRIu64 " GiB", kib >> 20);
	else if (kib % 1024 == 0)
		add(l, "%" PRIu64 " MiB", kib >> 10);
	else
		add(l, "%" PRIu64 " KiB", kib);
	if (back)
		add(l, " and gets back %" PRIu64 " from the VM, which needs %" PRIu64, back, need);
	else
		add(l, ", the VM needs %" PRIu64, need);
}

enum tristate domain_pages_suffice(const struct domain_pages *pages,
	const struct domain_config *config, const struct domain_config *running, char *out,
	size_t size)
{
	const char *unknown = find_unknown(pages, &config->machine);
	const bool gives_back = running && running->parsed && running->machine.hugepages;
	struct list l = { out, size, 0 };
	uint64_t need, have, back = 0;
	bool other = false;

	out[0] = '\0';
	if (!config->machine.hugepages)
		return TRI_YES;
	if (unknown) {
		add(&l, "%s", unknown);
		return TRI_UNKNOWN;
	}
	if (gives_back)
		other = has_other_pages(pages, config, running);
	if (gives_back && !other)
		back = running->machine.memory_kib / pages->size_kib;
	need = pages_of(config->machine.memory_kib, pages->size_kib);
	have = pages->free + back;
	if (have >= need && !config->machine.memory_bound)
		return TRI_YES;
	describe_pages(&l, pages, back, need);
	if (have >= need)
		add(&l, ", but on which NUMA nodes (<numatune>) is not counted");
	else if (other)
		add(&l, ", and it runs with huge pages of another size or of several");
	else if (pages->more >= need - have)
		add(&l, ", and the kernel only makes more if it finds the memory "
			"(nr_overcommit_hugepages)");
	else
		add(&l, ": reserve them first%s",
			config->machine.huge_page_kib ? "" : " (sysctl vm.nr_hugepages)");
	return have < need && !other && pages->more < need - have ? TRI_NO : TRI_UNKNOWN;
}
