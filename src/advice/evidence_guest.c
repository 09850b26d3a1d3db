#include <string.h>

#include "advice/evidence.h"
#include "domain/config.h"

/* Hosts in libosinfo's ids that stand for nothing but Linux: "http://debian.org/debian/12". */
static const char *const linux_hosts[] = {
	"//almalinux.org/",
	"//alpinelinux.org/",
	"//altlinux.org/",
	"//amazon.com/",
	"//android-x86.org/",
	"//archlinux.org/",
	"//asianux.com/",
	"//cclinux.org/",
	"//centos.org/",
	"//cirros-cloud.net/",
	"//clearlinux.org/",
	"//debian.org/",
	"//endlessos.com/",
	"//fedoraproject.org/",
	"//freenix.net/",
	"//gentoo.org/",
	"//gnome.org/",
	"//guix.gnu.org/",
	"//hyperbola.info/",
	"//libosinfo.org/linux/",
	"//libosinfo.org/unknown/linux",
	"//mageia.org/",
	"//mandriva.com/",
	"//manjaro.org/",
	"//miraclelinux.com/",
	"//nixos.org/",
	"//openeuler.org/",
	"//opensuse.org/",
	"//oracle.com/ol/",
	"//pureos.net/",
	"//redhat.com/",
	"//rockylinux.org/",
	"//scientificlinux.org/",
	"//slackware.com/",
	"//suse.com/",
	"//system76.com/",
	"//trisquel.info/",
	"//ubuntu.com/",
	"//univention.de/",
	"//voidlinux.org/",
};

static enum guest_os os_of_id(const char *id)
{
	if (strstr(id, "//microsoft.com/"))
		return domain_os_knows_hyperv(id) ? GUEST_WINDOWS : GUEST_OTHER;
	for (size_t i = 0; i < sizeof linux_hosts / sizeof *linux_hosts; i++)
		if (strstr(id, linux_hosts[i]))
			return GUEST_LINUX;
	return GUEST_OTHER;
}

static enum guest_os os_of_guest(enum domain_guest guest)
{
	return guest == DOMAIN_GUEST_WINDOWS ? GUEST_WINDOWS
	       : guest == DOMAIN_GUEST_LINUX ? GUEST_LINUX
					     : GUEST_OTHER;
}

/* LXD and Incus give all of it to every guest. */
static bool is_given_hyperv(const struct domain_config *config)
{
	const bool by_stack =
		config->stack == DOMAIN_STACK_INCUS || config->stack == DOMAIN_STACK_LXD;

	return (domain_has_enlightenments(config, "") || domain_hypervclock(config) == TRI_YES) &&
	       !(by_stack && !strcmp(config->hyperv.mode, "passthrough"));
}

/* In the order of how much they say. Enlightenments are made for Windows and given to Windows; Linux
 * can use Hyper-V's MSRs too, and then it is a host with Hyper-V that it was made for. */
void evidence_guess_guest(struct evidence *e)
{
	const struct {
		bool is_so;
		enum guest_os os;
		const char *why;
	} signs[] = {
		{ e->config->machine.os_id[0], os_of_id(e->config->machine.os_id),
			"its libosinfo id" },
		{ e->config->machine.guest != DOMAIN_GUEST_UNTOLD,
			os_of_guest(e->config->machine.guest), "its configuration" },
		{ is_given_hyperv(e->config), GUEST_WINDOWS, "its Hyper-V features" },
		{ e->devices[DEVICE_HV].per_s > 0, GUEST_WINDOWS, "it uses Hyper-V's MSRs" },
		{ e->devices[DEVICE_KVM].per_s > 0, GUEST_LINUX, "it uses KVM's MSRs" },
	};

	for (size_t i = 0; i < sizeof signs / sizeof *signs && !e->guest_why; i++)
		if (signs[i].is_so) {
			e->guest = signs[i].os;
			e->guest_why = signs[i].why;
		}
}
