#include "source/libvirt/libvirt_socket.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "source/host/proc_file.h"

/* TCP_LISTEN of netinet/tcp.h: sockets of every family use TCP's states. */
#define STATE_LISTEN 10

/* A VMM opens its monitor before its guest can make it open anything else. */
#define DESCRIPTORS_MAX 4096

/* As the kernel's own: a message that does not fit is cut. */
#define REPLY_SIZE 32768

struct search {
	char folder[32]; /* "/domain-1-" */
	uid_t owner;
	pid_t pid;
	bool found;
};

/* One socket of the answer. */
struct entry {
	char path[sizeof((struct sockaddr_un *)NULL)->sun_path + 1];
	uint32_t file_inode; /* of the path; 0: it is bound to none */
	bool has_owner;
	uid_t owner;
};

static int ask(int fd)
{
	struct {
		struct nlmsghdr head;
		struct unix_diag_req body;
	} request = {
		.head = { .nlmsg_len = sizeof request,
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.body = { .sdiag_family = AF_UNIX,
			.udiag_states = 1 << STATE_LISTEN,
			.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_UID },
	};

	return send(fd, &request, sizeof request, 0) < 0 ? -errno : 0;
}

static void read_attribute(struct entry *e, const struct nlattr *attribute, size_t length)
{
	const void *value = attribute + 1;
	struct unix_diag_vfs file;

	if (attribute->nla_type == UNIX_DIAG_NAME && length < sizeof e->path) {
		memcpy(e->path, value, length);
		e->path[length] = '\0';
	} else if (attribute->nla_type == UNIX_DIAG_VFS && length >= sizeof file) {
		memcpy(&file, value, sizeof file);
		e->file_inode = file.udiag_vfs_ino;
	} else if (attribute->nla_type == UNIX_DIAG_UID && length >= sizeof e->owner) {
		memcpy(&e->owner, value, sizeof e->owner);
		e->has_owner = true;
	}
}

static void read_entry(struct entry *e, const char *at, size_t left)
{
	*e = (struct entry){ 0 };
	while (left >= sizeof(struct nlattr)) {
		const struct nlattr *attribute = (const struct nlattr *)(const void *)at;
		size_t step = attribute->nla_len;

		if (step < sizeof *attribute || step > left)
			return;
		read_attribute(e, attribute, step - sizeof *attribute);
		step = NLA_ALIGN(step);
		if (step > left)
			return;
		at += step;
		left -= step;
	}
}

/* "/var/lib/libvirt/qemu/domain-1-web1/monitor.sock": the folder above is another one for each daemon. */
static bool is_monitor(const char *path, const char *folder)
{
	const char *file = strrchr(path, '/'), *at = strstr(path, folder);

	return *path == '/' && at && file && !strcmp(file, "/monitor.sock") &&
	       strchr(at + 1, '/') == file;
}

static bool is_wanted(const struct entry *e, const struct search *s)
{
	struct stat status;

	return is_monitor(e->path, s->folder) && e->has_owner && e->owner == s->owner &&
	       !lstat(e->path, &status) && S_ISSOCK(status.st_mode) && e->file_inode &&
	       (uint32_t)status.st_ino == e->file_inode;
}

/* Is "socket:[1234]" among the process' descriptors? */
static bool holds_socket(pid_t pid, uint32_t inode)
{
	const int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = proc < 0 ? NULL : proc_file_open_dir(proc, pid, "fd");
	const struct dirent *entry;
	char wanted[32], link[32];
	bool found = false;

	snprintf(wanted, sizeof wanted, "socket:[%u]", inode);
	for (int i = 0; dir && !found && i < DESCRIPTORS_MAX && (entry = readdir(dir)); i++) {
		const ssize_t length = readlinkat(dirfd(dir), entry->d_name, link, sizeof link - 1);

		if (length <= 0)
			continue;
		link[length] = '\0';
		found = !strcmp(link, wanted);
	}
	if (dir)
		closedir(dir);
	if (proc >= 0)
		close(proc);
	return found;
}

/* Reads one datagram of the answer. False at its end, or where it is none. */
static bool read_reply(struct search *s, char *buffer, ssize_t length)
{
	/* Not const: NLMSG_NEXT() takes the const away. */
	struct nlmsghdr *head = (struct nlmsghdr *)(void *)buffer;
	const size_t body = NLMSG_LENGTH(sizeof(struct unix_diag_msg));
	struct entry e;

	for (; length > 0 && NLMSG_OK(head, (size_t)length); head = NLMSG_NEXT(head, length)) {
		const struct unix_diag_msg *socket = NLMSG_DATA(head);

		if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY)
			return false;
		if (head->nlmsg_len < body)
			continue;
		read_entry(&e, (const char *)head + NLMSG_ALIGN(body),
			head->nlmsg_len > NLMSG_ALIGN(body) ? head->nlmsg_len - NLMSG_ALIGN(body)
							    : 0);
		if (!s->found && is_wanted(&e, s))
			s->found = holds_socket(s->pid, socket->udiag_ino);
	}
	return true;
}

static void find_socket(struct search *s)
{
	const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	_Alignas(struct nlmsghdr) char buffer[REPLY_SIZE];
	ssize_t length;

	if (fd < 0)
		return;
	if (!ask(fd))
		do
			length = recv(fd, buffer, sizeof buffer, 0);
		while (length > 0 && read_reply(s, buffer, length));
	close(fd);
}

bool libvirt_socket_is_of(int domain_id, uid_t owner, pid_t pid)
{
	struct search s = { .owner = owner, .pid = pid };

	snprintf(s.folder, sizeof s.folder, "/domain-%d-", domain_id);
	find_socket(&s);
	return s.found;
}
