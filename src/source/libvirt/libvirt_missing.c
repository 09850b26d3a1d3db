#include "source/libvirt/libvirt_missing.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "source/libvirt/libvirt_lib.h"

/* Its folder is there from the moment that a daemon of libvirt is installed and runs. */
static bool runs_here(const char *run_dir)
{
	char *parent = mem_strdup(run_dir), *slash = strrchr(parent, '/');
	bool is_there = false;

	if (slash && slash > parent) {
		*slash = '\0';
		is_there = access(parent, F_OK) == 0;
	}
	free(parent);
	return is_there;
}

void libvirt_missing_report(struct sample *s, const struct libvirt_news *news, const char *run_dir)
{
	if (news->trouble == LIBVIRT_UNUSABLE) {
		sample_set_source(s, SOURCE_LIBVIRT,
			"libvirt's library cannot be used (%.110s): `apt install --reinstall "
			"libvirt0`",
			news->message);
	} else if (!run_dir) {
		sample_set_source(s, SOURCE_LIBVIRT,
			"libvirt's library is not installed, and -c needs it: `apt install "
			"libvirt0`");
	} else if (runs_here(run_dir)) {
		sample_set_source(s, SOURCE_LIBVIRT,
			"libvirt runs here, but its library is not installed: `apt install "
			"libvirt0` for "
			"names, clocks and changes");
	} else {
		sample_set_source(
			s, SOURCE_LIBVIRT, "libvirt is not installed here; VMs are found in /proc");
		s->sources[SOURCE_LIBVIRT].harmless = true;
	}
}

void libvirt_missing_report_old(struct sample *s, unsigned long needs_version)
{
	char version[24];

	sample_set_source(s, SOURCE_LIBVIRT,
		"libvirt's library is older than kvmtop needs, so some of libvirt's figures or "
		"changes are "
		"missing: update libvirt to %s or newer",
		libvirt_lib_version_text(version, needs_version));
}
