#include "source/host/proc_descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "source/host/proc_file.h"

enum link { LINK_OTHER, LINK_VM, LINK_VCPU, LINK_DENIED };

/* EACCES: another user's. EPERM: a security module's word. Everything else says nothing about the process. */
static bool is_denied(int error)
{
	return error == EACCES || error == EPERM;
}

/* "anon_inode:kvm-vcpu:12" is cut: what matters is its beginning. */
static enum link read_link(int dirfd, const char *name)
{
	static const char vm[] = "anon_inode:kvm-vm", vcpu[] = "anon_inode:kvm-vcpu";
	char text[sizeof vcpu + 1] = "";
	const ssize_t length = readlinkat(dirfd, name, text, sizeof text - 1);

	if (length < 0)
		return is_denied(errno) ? LINK_DENIED : LINK_OTHER;
	if (!strcmp(text, vm))
		return LINK_VM;
	/* Not kvm-vcpu-stats. */
	return !strncmp(text, vcpu, sizeof vcpu - 1) &&
			       (!text[sizeof vcpu - 1] || text[sizeof vcpu - 1] == ':')
		       ? LINK_VCPU
		       : LINK_OTHER;
}

static void end_round(struct proc_descriptors *d)
{
	d->vcpus = d->round_vcpus;
	d->at = 0;
	d->round_vm = false;
	d->round_vcpus = 0;
}

enum proc_descriptors_look proc_descriptors_look(
	struct proc_descriptors *d, int root, pid_t pid, size_t most)
{
	DIR *dir = proc_file_open_dir(root, pid, "fd");
	const struct dirent *entry = NULL;
	bool has_vm, is_over;

	if (!dir)
		return is_denied(errno) ? PROC_DESCRIPTORS_DENIED : PROC_DESCRIPTORS_UNKNOWN;
	if (d->at)
		seekdir(dir, d->at);
	for (size_t i = 0; i < most && (entry = readdir(dir)); i++) {
		const enum link link = read_link(dirfd(dir), entry->d_name);

		if (link == LINK_DENIED) {
			closedir(dir);
			return PROC_DESCRIPTORS_DENIED;
		}
		d->round_vm |= link == LINK_VM;
		d->round_vcpus += link == LINK_VCPU;
	}
	has_vm = d->round_vm;
	is_over = !entry;
	d->at = telldir(dir);
	closedir(dir);
	if (is_over)
		end_round(d);
	return has_vm    ? PROC_DESCRIPTORS_VM
	       : is_over ? PROC_DESCRIPTORS_NO_VM
			 : PROC_DESCRIPTORS_ON;
}
