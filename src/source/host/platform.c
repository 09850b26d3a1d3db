#include "source/host/platform.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/machine.h"
#include "source/host/proc_file.h"

#define KVM "sys/module/kvm/parameters/"
#define KSM "sys/kernel/mm/ksm/"

/* Enough for the first processor's flags, which have grown to some 2000 bytes. */
#define CPUINFO_SIZE 8192

/* The first line of a file; "" when there is none. */
static void read_text(int root, const char *path, char *out, size_t size)
{
	if (proc_file_read(root, path, out, size) <= 0)
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

/* "200000": a whole number, or -1. */
static int64_t read_number(int root, const char *path)
{
	char text[32];
	const char *p = text;
	uint64_t value;

	if (proc_file_read(root, path, text, sizeof text) <= 0 || !proc_file_number(&p, &value) ||
		value > INT64_MAX)
		return -1;
	return (int64_t)value;
}

/* "Y" or "1": parameters changed from one to the other over the years. -1 for all else, so for the
 * "-1" of a switch that is left to KVM. */
static int read_switch(int root, const char *path)
{
	char text[8];

	read_text(root, path, text, sizeof text);
	if (!strcmp(text, "Y") || !strcmp(text, "1"))
		return 1;
	return !strcmp(text, "N") || !strcmp(text, "0") ? 0 : -1;
}

static bool exists(int root, const char *path)
{
	return !faccessat(root, path, F_OK, 0);
}

/* The processor's word for its way to virtualise: "flags : fpu vme ... vmx ...". */
static bool has_flag(const char *cpuinfo, const char *flag)
{
	const char *p = strstr(cpuinfo, "\nflags");
	const size_t length = strlen(flag);

	if (!p)
		return false;
	for (p++; *p && *p != '\n'; p += strcspn(p, " \n")) {
		p += *p == ' ';
		if (!strncmp(p, flag, length) && strchr(" \n", p[length]))
			return true;
	}
	return false;
}

/* Which of KVM's two drivers is at work. Both have folders, although only one of them can run, where
 * they are built into the kernel. */
static const char *find_vendor(int root)
{
	const bool intel = exists(root, "sys/module/kvm_intel");
	const bool amd = exists(root, "sys/module/kvm_amd");
	char cpuinfo[CPUINFO_SIZE];

	if (intel != amd)
		return intel ? "intel" : "amd";
	if (!intel || proc_file_read(root, "proc/cpuinfo", cpuinfo, sizeof cpuinfo) <= 0)
		return "";
	if (has_flag(cpuinfo, "vmx"))
		return "intel";
	return has_flag(cpuinfo, "svm") ? "amd" : "";
}

static long read_long(int root, const char *path)
{
	const int64_t value = read_number(root, path);

	return value <= LONG_MAX ? (long)value : -1;
}

static void read_kvm(struct sample_platform *out, int root)
{
	out->halt_poll_ns = read_long(root, KVM "halt_poll_ns");
	out->halt_poll_ns_grow = read_long(root, KVM "halt_poll_ns_grow");
	out->halt_poll_ns_grow_start = read_long(root, KVM "halt_poll_ns_grow_start");
	out->halt_poll_ns_shrink = read_long(root, KVM "halt_poll_ns_shrink");
	out->ignore_msrs = read_switch(root, KVM "ignore_msrs");
	out->report_ignored_msrs = read_switch(root, KVM "report_ignored_msrs");
	read_text(root, KVM "nx_huge_pages", out->nx_huge_pages, sizeof out->nx_huge_pages);
	snprintf(out->kvm_vendor, sizeof out->kvm_vendor, "%s", find_vendor(root));
	if (!strcmp(out->kvm_vendor, "intel")) {
		out->apicv = read_switch(root, "sys/module/kvm_intel/parameters/enable_apicv");
		out->nested = read_switch(root, "sys/module/kvm_intel/parameters/nested");
	} else if (!strcmp(out->kvm_vendor, "amd")) {
		out->apicv = read_switch(root, "sys/module/kvm_amd/parameters/avic");
		out->nested = read_switch(root, "sys/module/kvm_amd/parameters/nested");
	}
}

static void read_ksm(struct sample_platform *out, int root)
{
	const int64_t run = read_number(root, KSM "run");

	out->ksm_run = run <= INT_MAX ? (int)run : -1;
	out->ksm_shared = read_number(root, KSM "pages_shared");
	out->ksm_sharing = read_number(root, KSM "pages_sharing");
	out->ksm_unshared = read_number(root, KSM "pages_unshared");
}

/* The kernel has a file for it since 6.1; its system call tells only of the real root. */
static void read_arch(struct sample_platform *out, int root, const char *path)
{
	read_text(root, "proc/sys/kernel/arch", out->arch, sizeof out->arch);
	if (!out->arch[0] && !strcmp(path, "/"))
		machine_name(out->arch, sizeof out->arch);
}

void platform_read(struct sample_platform *out, const char *root)
{
	const int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	*out = sample_platform_unknown();
	if (fd < 0)
		return;
	read_text(fd, "sys/devices/system/clocksource/clocksource0/current_clocksource",
		out->clocksource, sizeof out->clocksource);
	read_text(fd, "proc/sys/kernel/osrelease", out->kernel, sizeof out->kernel);
	read_arch(out, fd, root);
	read_kvm(out, fd);
	read_ksm(out, fd);
	close(fd);
}
