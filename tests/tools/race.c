/* race URI UUID ROUNDS FOLDER FOLDER: two processes change the domain's definition at the same moment, each with
 * its own state folder or both with one. The definition must have a <timer name='hpet' present='no'/> and a
 * <clock offset='localtime'>; it is given back at the end.
 *
 * Writes one line, "rounds=100 done=117 lost=0 blamed=0 kept=0": changes that were called done; of these what
 * was not there; failures that say something else than that it was changed from outside; changes that were called
 * refused or failed and are there. Exit status 1 where lost, blamed or kept is not 0. */
#include <errno.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply/definition.h"
#include "core/mem.h"
#include "core/text.h"

enum { BLAMED = 10 };

struct swap {
	const char *from, *to;
};

static const struct swap swaps[] = {
	{ "<timer name='hpet' present='no'/>", "<timer name='hpet' present='yes'/>" },
	{ "<clock offset='localtime'>", "<clock offset='utc'>" },
};

static char *make(const void *context, const char *xml, char *why, size_t size)
{
	const struct swap *swap = context;
	const char *at = strstr(xml, swap->from);
	struct strbuf out = { 0 };

	(void)why;
	(void)size;
	if (!at)
		return mem_strdup(xml);
	strbuf_add_bytes(&out, xml, (size_t)(at - xml));
	strbuf_addf(&out, "%s%s", swap->to, at + strlen(swap->from));
	return strbuf_take(&out);
}

static bool same(const char *a, const char *a_after, const char *b, const char *b_after)
{
	return a && a_after && b && b_after;
}

static void ignore_error(void *opaque, virErrorPtr error)
{
	(void)opaque;
	(void)error;
}

static char *dump(virConnectPtr connection, const char *uuid, unsigned flags)
{
	virDomainPtr domain = virDomainLookupByUUIDString(connection, uuid);
	char *xml = domain ? virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE | flags) : NULL;

	if (!xml) {
		fprintf(stderr, "race: %s: %s\n", uuid, virGetLastErrorMessage());
		exit(2);
	}
	virDomainFree(domain);
	return xml;
}

/* One of the two: is ready, waits for the start, changes. Exits with the outcome. */
static void change(const char *uri, const char *uuid, const char *folder, const struct swap *swap,
	int ready, int start)
{
	virConnectPtr connection = virConnectOpen(uri);
	const struct definition_request request = {
		.uuid = uuid,
		.name = "win10",
		.folder = folder,
		.shown_xml = dump(connection, uuid, 0),
		.edit = { make, same, swap },
		.remedy = "race",
		.title = "Race",
	};
	struct definition_outcome o;
	atomic_bool given_up = false;
	char byte = 0;

	if (write(ready, &byte, 1) != 1 || read(start, &byte, 1) < 0)
		_exit(2);
	definition_apply(connection, &request, &given_up, &o);
	if (o.end == DEFINITION_FAILED && !strstr(o.message, "from outside")) {
		fprintf(stderr, "race: %s\n", o.message);
		_exit(BLAMED);
	}
	_exit((int)o.end);
}

static void open_pipe(int ends[2])
{
	if (!pipe(ends))
		return;
	perror("race: pipe");
	exit(2);
}

/* Both at once; their exit statuses. */
static void run_round(const char *uri, const char *uuid, char *const folders[], int ends[2])
{
	int ready[2], start[2];
	pid_t pids[2];
	char byte;

	open_pipe(ready);
	open_pipe(start);
	for (int i = 0; i < 2; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			close(start[1]);
			change(uri, uuid, folders[i], &swaps[i], ready[1], start[0]);
		}
	}
	close(ready[1]);
	for (int i = 0; i < 2; i++)
		while (read(ready[0], &byte, 1) < 0 && errno == EINTR)
			continue;
	close(start[0]);
	close(start[1]);
	close(ready[0]);
	for (int i = 0; i < 2; i++) {
		int status = 0;

		waitpid(pids[i], &status, 0);
		ends[i] = WIFEXITED(status) ? WEXITSTATUS(status) : BLAMED;
	}
}

int main(int argc, char **argv)
{
	int done = 0, lost = 0, blamed = 0, kept = 0, rounds;
	virConnectPtr connection;
	char *original;

	if (argc != 6)
		return 2;
	virSetErrorFunc(NULL, ignore_error);
	connection = virConnectOpen(argv[1]);
	if (!connection) {
		fprintf(stderr, "race: %s\n", virGetLastErrorMessage());
		return 2;
	}
	original = dump(connection, argv[2], VIR_DOMAIN_XML_SECURE);
	rounds = atoi(argv[3]);
	for (int r = 0; r < rounds; r++) {
		int ends[2];
		char *now;

		virDomainFree(virDomainDefineXML(connection, original));
		run_round(argv[1], argv[2], argv + 4, ends);
		now = dump(connection, argv[2], 0);
		for (int i = 0; i < 2; i++) {
			const bool there = strstr(now, swaps[i].to);

			done += ends[i] == DEFINITION_DONE;
			lost += ends[i] == DEFINITION_DONE && !there;
			blamed += ends[i] == BLAMED;
			kept += ends[i] != DEFINITION_DONE && there;
		}
		free(now);
	}
	virDomainFree(virDomainDefineXML(connection, original));
	free(original);
	virConnectClose(connection);
	printf("rounds=%d done=%d lost=%d blamed=%d kept=%d\n", rounds, done, lost, blamed, kept);
	return lost || blamed || kept;
}
