/* Arbitrary bytes as a VM's configuration: as a command line and, where they hold no 0, as a domain XML.
 * Whatever is read must be whole: texts that end and are clean, counts that fit, and words, lint and a
 * comparison that can be made of it. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "domain/cmdline.h"
#include "domain/cmdline_config.h"
#include "domain/describe.h"
#include "domain/domain_xml.h"
#include "domain/lint.h"
#include "domain/pending.h"
#include "outcome.h"
#include "take.h"

/* Ends within size bytes, and nothing in it acts on a terminal. */
static void check_text(const char *text, size_t size)
{
	char clean[512];
	const char *end = memchr(text, '\0', size);

	outcome_require(end && size <= sizeof clean);
	text_clean(clean, sizeof clean, text);
	outcome_require(!strcmp(clean, text));
}

#define CHECK(text) check_text(text, sizeof(text))

static void check_clock(const struct domain_clock *c)
{
	CHECK(c->offset);
	CHECK(c->timezone);
	CHECK(c->basis);
	CHECK(c->adjustment);
	CHECK(c->start);
	outcome_require(c->timer_count <= c->timer_capacity);
	for (size_t i = 0; i < c->timer_count; i++) {
		CHECK(c->timers[i].name);
		CHECK(c->timers[i].tickpolicy);
		CHECK(c->timers[i].track);
		CHECK(c->timers[i].mode);
	}
}

static void check_hyperv(const struct domain_hyperv *h)
{
	CHECK(h->mode);
	outcome_require(h->count <= h->capacity && (!h->count || h->known));
	for (size_t i = 0; i < h->count; i++) {
		CHECK(h->items[i].name);
		CHECK(h->items[i].value);
	}
}

static void check_machine(const struct domain_machine *m)
{
	CHECK(m->type);
	CHECK(m->arch);
	CHECK(m->machine);
	CHECK(m->emulator);
	CHECK(m->os_id);
	CHECK(m->cpu_mode);
	CHECK(m->cpu_model);
	CHECK(m->ioapic);
	CHECK(m->msrs_unknown);
	outcome_require(m->usb_count <= DOMAIN_USB_MAX);
	for (size_t i = 0; i < m->usb_count; i++)
		CHECK(m->usb[i]);
}

static void check_use(const struct domain_config *config)
{
	const struct lint_host host = { .kvm_vendor = "amd", .libvirt_version = 9000000 };
	const struct lint_item *items[LINT_MAX];
	struct strbuf text = { 0 };
	struct arena arena = { 0 };

	outcome_require(lint_config(config, &host, items) <= LINT_MAX);
	describe_clock(&text, config);
	describe_hyperv(&text, config);
	describe_missing(&text, config);
	describe_machine(&text, config);
	outcome_require(text.length);
	outcome_require((pending_between(config, config) == TRI_UNKNOWN) == !config->parsed);
	outcome_require(domain_config_copy(&arena, config)->stack == config->stack);
	arena_fini(&arena);
	strbuf_fini(&text);
}

static void check(struct domain_config *config)
{
	outcome_require((unsigned)config->stack < DOMAIN_STACK__COUNT);
	CHECK(config->stack_id);
	check_clock(&config->clock);
	check_hyperv(&config->hyperv);
	check_machine(&config->machine);
	check_use(config);
	domain_config_fini(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct domain_config config;
	struct cmdline_vm vm;
	char *xml = mem_calloc(size + 1, 1);

	cmdline_parse(&vm, (const char *)data, size);
	outcome_require(strlen(vm.name) < sizeof vm.name && strlen(vm.uuid) < sizeof vm.uuid);
	cmdline_config_read(&config, (const char *)data, size);
	check(&config);

	memcpy(xml, data, size);
	domain_xml_read(&config, xml);
	cmdline_config_apply(&config, (const char *)data, size);
	check(&config);
	free(xml);
	return 0;
}

size_t fuzz_seed(unsigned number, uint8_t *out)
{
	static const char *const files[] = { "cmdlines/proxmox-win11", "cmdlines/proxmox-linux",
		"cmdlines/libvirt-json", "cmdlines/plain", "cmdlines/nova", "cmdlines/tcg",
		"cmdlines/incus", "cmdlines/microvm", "domains/win11.xml", "domains/linux.xml",
		"domains/nova.xml", "domains/ovirt.xml", "domains/overridden.xml",
		"domains/cloudstack.xml", "domains/two-clocks.xml" };
	const char *tests = getenv("KVMTOP_TESTS");
	char path[512];
	size_t length;
	FILE *file;

	if (number >= sizeof files / sizeof *files)
		return 0;
	snprintf(path, sizeof path, "%s/fixtures/%s", tests ? tests : "tests", files[number]);
	file = fopen(path, "re");
	if (!file) {
		perror(path);
		exit(2);
	}
	length = fread(out, 1, FUZZ_SEED_BYTES, file);
	fclose(file);
	for (size_t i = 0; i < length && files[number][0] == 'c'; i++)
		if (out[i] == '\n')
			out[i] = '\0';
	return length;
}
