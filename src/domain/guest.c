#include "domain/guest.h"

#include <string.h>

const char *const domain_guest_names[] = {
	[DOMAIN_GUEST_UNTOLD] = "untold",
	[DOMAIN_GUEST_WINDOWS] = "windows",
	[DOMAIN_GUEST_LINUX] = "linux",
	[DOMAIN_GUEST_OTHER] = "other",
};

bool domain_kernel_is_linux(const char *path)
{
	static const char *const loaders[] = { "wimboot", "ipxe", ".lkrn", "grub", "memdisk",
		"memtest", "syslinux" };
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
		if (strcasestr(name, loaders[i]))
			return false;
	return *name;
}

bool domain_os_knows_hyperv(const char *os_id)
{
	static const char *const old[] = { "/msdos/", "/win/1.", "/win/2.", "/win/3.", "/win/95",
		"/win/98", "/win/me", "/win/nt", "/win/xp" };
	const char *server = strstr(os_id, "/win/2k");

	for (size_t i = 0; i < sizeof old / sizeof *old; i++)
		if (strstr(os_id, old[i]))
			return false;
	/* 2000, 2003 and 2003 R2; not 2008 and later */
	return !server || (server[7] && server[7] != '3');
}

bool domain_is_windows(const struct domain_config *config)
{
	const struct domain_machine *m = &config->machine;

	if (!config->parsed)
		return false;
	return m->os_id[0] ? strstr(m->os_id, "microsoft.com/win") != NULL
			   : m->guest == DOMAIN_GUEST_WINDOWS;
}
