#include "source/libvirt/libvirt_place.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libxml/uri.h>

#include "core/mem.h"
#include "core/text.h"
#include "source/libvirt/libvirt_uri.h"

struct place {
	char driver[16];  /* qemu */
	const char *path; /* "/system?socket=/s": from the path on */
	size_t path_length;
};

/* "qemu+unix:///system?socket=/s": false where it is no such URI, but a name for one, or "". */
static bool parse(struct place *p, const char *uri)
{
	const char *at = strstr(uri, "://");
	const size_t length = strcspn(uri, "+:");

	if (!at || !length || length >= sizeof p->driver)
		return false;
	memcpy(p->driver, uri, length);
	p->driver[length] = '\0';
	p->path = at + 3 + strcspn(at + 3, "/?#");
	p->path_length = strcspn(p->path, "?#");
	return true;
}

static bool has_path(const struct place *p, const char *path)
{
	return p->path_length == strlen(path) && !strncmp(p->path, path, p->path_length);
}

/* The value of a parameter of the URI, decoded; NULL where it has none. The caller frees it. */
static char *find_parameter(const struct place *p, const char *name)
{
	const char *at = p->path + p->path_length;
	const size_t name_length = strlen(name);
	struct strbuf value = { 0 };

	while (*at == '?' || *at == '&' || *at == ';') {
		const size_t length = strcspn(++at, "&;#");

		if (length > name_length && !strncmp(at, name, name_length) &&
			at[name_length] == '=') {
			char *decoded = xmlURIUnescapeString(
				at + name_length + 1, (int)(length - name_length - 1), NULL);

			strbuf_add(&value, decoded ? decoded : "");
			xmlFree(decoded);
			return strbuf_take(&value);
		}
		at += length;
	}
	return NULL;
}

/* Is the server that the URI names this host? */
static bool is_here(const char *uri)
{
	char server[256], own[256] = "";

	libvirt_uri_server(uri, server, sizeof server);
	gethostname(own, sizeof own - 1);
	return !*server || !strcmp(server, "localhost") || !strcmp(server, "127.0.0.1") ||
	       !strcmp(server, "::1") || !strcmp(server, own);
}

/* Adds the folder of a file: "/s" of "/s/sock". */
static void add_folder(struct strbuf *out, const char *file, size_t length)
{
	const char *end = memrchr(file, '/', length);

	if (end)
		strbuf_add_bytes(out, file, (size_t)(end - file));
}

/* As g_get_user_runtime_dir(), by which libvirt finds the daemon's socket, too. */
static void add_runtime_folder(struct strbuf *out)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR"), *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");

	if (runtime && *runtime)
		strbuf_add(out, runtime);
	else if (cache && *cache)
		strbuf_add(out, cache);
	else
		strbuf_addf(out, "%s/.cache", home ? home : "");
	strbuf_add(out, "/libvirt");
}

static void add_place(struct strbuf *out, const struct place *p)
{
	const bool is_session = has_path(p, "/session");
	char *socket = find_parameter(p, "socket"), *root = find_parameter(p, "root");

	if (!strcmp(p->driver, "test")) {
		add_folder(out, p->path, p->path_length);
	} else if (has_path(p, "/embed")) {
		strbuf_addf(out, "%s/run/%s", root ? root : "", p->driver);
	} else {
		if (socket)
			add_folder(out, socket, strlen(socket));
		else if (is_session)
			add_runtime_folder(out);
		else
			strbuf_add(out, "/run/libvirt");
		strbuf_addf(out, "/%s%s", p->driver, is_session ? "/run" : "");
	}
	free(socket);
	free(root);
}

char *libvirt_place_run_dir(const char *uri)
{
	struct strbuf out = { 0 };
	struct place p;

	/* A name of libvirt.conf's, or whatever libvirt finds by itself. */
	if (!parse(&p, uri))
		return mem_strdup("/run/libvirt/qemu");
	if (is_here(uri))
		add_place(&out, &p);
	return strbuf_take(&out);
}

uid_t libvirt_place_owner(const char *uri)
{
	struct place p;
	const bool is_own =
		parse(&p, uri) &&
		(!strcmp(p.driver, "test") || has_path(&p, "/session") || has_path(&p, "/embed"));

	return is_own ? geteuid() : 0;
}
