/* lint: the tables that model/config_lint.h is made of, one for each part of a configuration. */
#ifndef MODEL_LINT_H
#define MODEL_LINT_H

#include "model/config_lint.h"

/* 1000000 * major + 1000 * minor + micro, as libvirt counts. */
#define LINT_VERSION(major, minor, micro) (1000000ul * (major) + 1000ul * (minor) + (micro))

/* Machines that a row is about: Hyper-V, the HPET, the PIT, the TSC and kvm-clock are x86's. */
enum lint_machines { LINT_ON_X86, LINT_ON_ALL, LINT_ON_OTHERS };

/* A row: "on" is on, "without" is off, "test" says so; each as far as it is given. */
struct lint {
	struct lint_item item;
	const char *on, *without; /* enlightenments, or "hypervclock" */
	unsigned long qemu_since; /* on a QEMU that is older; 0: on any */
	enum lint_machines machines;
	bool (*test)(const struct domain_config *config, const struct sample_platform *host);
};

extern const struct lint lint_hyperv[], lint_machine[];
extern const size_t lint_hyperv_count, lint_machine_count;

/* The timer of that name; one with nothing told where the clock has none. */
const struct domain_timer *lint_timer(const struct domain_config *config, const char *name);

/* The head of a row's test. */
#define LINT_TEST(name)                                                              \
	static bool name(const struct domain_config *config __attribute__((unused)), \
		const struct sample_platform *host __attribute__((unused)))

#define LINT_NO_EFFECT "it has no effect with QEMU; leave it out"

#endif
