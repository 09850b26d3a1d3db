#include "sample/domain_fit.h"

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
		[DOMAIN_CAPS_EMULATOR] = "libvirt would have to run the VM's emulator, which users "
					 "other than root can replace",
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
