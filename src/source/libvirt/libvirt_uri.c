#include "source/libvirt/libvirt_uri.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

/* libvirt asks whether the other side lives after so many seconds without a word from it, and gives up
 * after so many unanswered ones. */
enum { KEEPALIVE_S = 5, KEEPALIVE_COUNT = 3 };

/* What is between "://" and the next "/", "?" or "#". */
static const char *authority(const char *uri, size_t *length)
{
	const char *at = strstr(uri, "://");

	at = at ? at + 3 : uri + strlen(uri);
	*length = strcspn(at, "/?#");
	return at;
}

bool libvirt_uri_is_elsewhere(const char *uri)
{
	size_t length;

	authority(uri, &length);
	return length > 0 || !strncmp(uri, "test:", 5) || !strncmp(uri, "test+", 5);
}

bool libvirt_uri_leads_elsewhere(virConnectPtr connection)
{
	char *uri = virConnectGetURI(connection);
	const bool elsewhere = !uri || libvirt_uri_is_elsewhere(uri);

	free(uri);
	return elsewhere;
}

/* root@host:2222, root@[2001:db8::1]:2222 */
const char *libvirt_uri_server(const char *uri, char *out, size_t size)
{
	size_t length;
	const char *start = authority(uri, &length), *end = start + length, *at;

	at = memchr(start, '@', length);
	start = at ? at + 1 : start;
	if (start < end && *start == '[') {
		start++;
		at = memchr(start, ']', (size_t)(end - start));
	} else {
		at = memchr(start, ':', (size_t)(end - start));
	}
	end = at ? at : end;
	snprintf(out, size, "%.*s", (int)(end - start), start);
	return out;
}

const char *libvirt_uri_option(char *out, size_t size, const char *uri)
{
	const char *quote = strpbrk(uri, " \"\\$&;?*()<>|#~`!\t\n") ? "'" : "";
	const bool fits = !strchr(uri, '\'') && strlen(uri) + sizeof "-c ''" <= size;

	snprintf(out, size, "-c %s%s%s", fits ? quote : "", fits ? uri : "URI", fits ? quote : "");
	return out;
}

static bool is_ssh(const char *uri)
{
	const char *end = strstr(uri, "://"), *ssh = strstr(uri, "+ssh");

	return end && ssh && ssh < end;
}

char *libvirt_uri_without_tty(const char *uri)
{
	const char *query = strchr(uri, '?');
	struct strbuf text = { 0 };

	strbuf_add(&text, uri);
	if (is_ssh(uri) && !(query && strstr(query, "no_tty=")))
		strbuf_addf(&text, "%cno_tty=1", query ? '&' : '?');
	return strbuf_take(&text);
}

virConnectPtr libvirt_uri_connect(const char *uri, bool read_only)
{
	char *own = libvirt_uri_without_tty(uri);
	virConnectPtr connection = read_only ? virConnectOpenReadOnly(own) : virConnectOpen(own);

	free(own);
	/* An extra: drivers without it (test:///) are just asked. Who changes something gives up by itself. */
	if (connection && read_only)
		virConnectSetKeepAlive(connection, KEEPALIVE_S, KEEPALIVE_COUNT);
	return connection;
}
