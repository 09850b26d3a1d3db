#include "apply/pages_ask.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/host/huge_pages.h"
#include "source/libvirt/libvirt_uri.h"

void pages_ask(struct domain_pages *pages, virConnectPtr connection, uint64_t size_kib)
{
	char *uri = virConnectGetURI(connection);
	const bool is_session = uri && strstr(uri, ":///session");
	int root;

	free(uri);
	*pages = (struct domain_pages){ 0 };
	if (libvirt_uri_leads_elsewhere(connection)) {
		snprintf(pages->why, sizeof pages->why,
			"kvmtop reads the huge pages of its own host only");
		return;
	}
	if (is_session) {
		snprintf(pages->why, sizeof pages->why,
			"a session's libvirt takes huge pages only from the hugetlbfs_mount in its "
			"qemu.conf");
		return;
	}
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	huge_pages_read(pages, root, size_kib);
	if (root >= 0)
		close(root);
}
