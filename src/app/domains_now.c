#include "app/domains_now.h"

#include <poll.h>
#include <stdio.h>

#include "core/clock.h"
#include "sample/sample.h"
#include "source/libvirt/libvirt.h"

/* A source says earlier that libvirt is silent; one that is far away takes its time. */
enum { DEADLINE_MS = 20000, POLL_MS = 10 };

struct domain_set *domains_now(const char *uri, char *why, size_t size)
{
	const uint64_t deadline_ns = clock_mono_ns() + DEADLINE_MS * NS_PER_MS;
	struct source *source = libvirt_open(uri, "/run/libvirt/qemu");
	struct domain_set *set = NULL;
	bool waits = true;

	snprintf(why, size,
		"libvirt has not answered for %d s: try `systemctl restart libvirtd` (or "
		"virtqemud)",
		DEADLINE_MS / 1000);
	while (waits) {
		struct sample *s = sample_new();
		const struct sample_source *libvirt = &s->sources[SOURCE_LIBVIRT];

		source_collect(source, s);
		if (s->domains)
			set = domain_set_ref(s->domains);
		else if (!libvirt->ok && !libvirt_is_silent(source))
			snprintf(why, size, "%s", libvirt->why);
		waits = !set && (libvirt->ok || libvirt_is_silent(source)) &&
			clock_mono_ns() < deadline_ns;
		sample_free(s);
		if (waits)
			poll(NULL, 0, POLL_MS);
	}
	source_close(source);
	return set;
}
