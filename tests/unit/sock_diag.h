/* sock_diag: can this kernel be asked about unix sockets? Not without unix_diag, a module in most distributions. */
#ifndef TESTS_SOCK_DIAG_H
#define TESTS_SOCK_DIAG_H

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

static inline bool has_sock_diag(void)
{
	struct {
		struct nlmsghdr head;
		struct unix_diag_req body;
	} request = {
		.head = { .nlmsg_len = sizeof request,
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.body = { .sdiag_family = AF_UNIX, .udiag_states = -1u },
	};
	_Alignas(struct nlmsghdr) char buffer[32768];
	const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	bool has = false;

	if (fd < 0)
		return false;
	if (send(fd, &request, sizeof request, 0) > 0 && recv(fd, buffer, sizeof buffer, 0) > 0)
		has = ((const struct nlmsghdr *)(const void *)buffer)->nlmsg_type != NLMSG_ERROR;
	close(fd);
	return has;
}

#endif
