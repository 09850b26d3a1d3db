/* cmdline: names and UUIDs of VMs out of what VMMs were started with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "domain/cmdline.h"

#define UUID "c7a5fdbd-edaf-9455-926a-d65c16db1809"

/* clang-format off */
#define CASE(text, name, uuid) { text, sizeof(text) - 1, name, uuid }

static const struct {
	const char *text;
	size_t length;
	const char *name, *uuid;
} cases[] = {
	CASE("", "", ""),
	CASE("\0", "", ""),
	CASE("\0\0\0", "", ""),
	/* libvirt */
	CASE("/usr/bin/qemu-system-x86_64\0-name\0guest=win10,debug-threads=on\0-S\0-uuid\0" UUID "\0",
		"win10", UUID),
	CASE("qemu\0-name\0debug-threads=on,guest=web\0", "web", ""),
	CASE("qemu\0-name\0process=x,guest=web,debug-threads=on\0", "web", ""),
	/* plain QEMU, Proxmox */
	CASE("qemu\0-name\0web\0", "web", ""),
	CASE("qemu\0--name\0web\0--uuid\0" UUID "\0", "web", UUID),
	CASE("/usr/bin/kvm\0-id\0" "100\0-name\0web,debug-threads=on\0", "web", ""),
	/* ",," is a comma in a value */
	CASE("qemu\0-name\0guest=a,,b,debug-threads=on\0", "a,b", ""),
	CASE("qemu\0-name\0a,,b\0", "a,b", ""),
	CASE("qemu\0-name\0guest=a,,,,b,,\0", "a,,b,", ""),
	CASE("qemu\0-name\0process=a,,guest=x,guest=b\0", "b", ""),
	CASE("qemu\0-name\0guest=a=b\0", "a=b", ""),
	CASE("qemu\0-name\0debug-threads=on,web\0", "qemu", ""),
	CASE("qemu\0-name\0guest=web server 日本\0", "web server 日本", ""),
	/* the last one counts, as for QEMU; an empty one leaves the program's name */
	CASE("qemu\0-name\0a\0-name\0b\0", "b", ""),
	CASE("qemu\0-name\0guest=\0", "qemu", ""),
	CASE("qemu\0-name\0\0", "qemu", ""),
	CASE("qemu\0-name\0,,\0", ",", ""),
	/* UUIDs in any case; nothing that is none */
	CASE("qemu\0-uuid\0C7A5FDBD-EDAF-9455-926A-D65C16DB1809\0", "qemu", UUID),
	CASE("qemu\0-uuid\0c7a5fdbd-edaf-9455-926a-d65c16db180\0", "qemu", ""),
	CASE("qemu\0-uuid\0c7a5fdbdxedaf-9455-926a-d65c16db1809\0", "qemu", ""),
	CASE("qemu\0-uuid\0g7a5fdbd-edaf-9455-926a-d65c16db1809\0", "qemu", ""),
	CASE("qemu\0-uuid\0\0", "qemu", ""),
	/* others */
	CASE("firecracker\0--id\0f-17\0--api-sock\0/run/fc\0", "f-17", ""),
	CASE("/usr/bin/firecracker\0--api-sock\0/run/fc\0", "firecracker", ""),
	CASE("qemu\0--id\0" "7\0-name\0web\0", "web", ""),
	CASE("firecracker\0--id=f-17\0--api-sock\0/run/fc\0", "f-17", ""),
	CASE("/opt/cloud-hypervisor\0--kernel\0k\0", "cloud-hypervisor", ""),
	CASE("/opt/cloud-hypervisor\0--api-socket\0/run/ch/web1.sock\0", "web1", ""),
	CASE("/opt/cloud-hypervisor\0--api-socket\0path=/run/ch/web1.sock,fd=3\0", "web1", ""),
	CASE("cloud-hypervisor-static\0--api-socket=/run/web1.socket\0", "web1.socket", ""),
	CASE("cloud-hypervisor\0--api-socket\0fd=3\0", "cloud-hypervisor", ""),
	CASE("crosvm\0run\0-s\0/run/crosvm/box.sock\0", "box", ""),
	CASE("crosvm\0run\0--socket=/run/box\0--name=shop\0", "shop", ""),
	CASE("lkvm\0run\0--name=shop\0", "shop", ""),
	CASE("lkvm\0run\0-n\0shop\0", "shop", ""),
	CASE("/usr/lib/virtualbox/VBoxHeadless\0--comment\0shop\0--startvm\0" UUID "\0", "shop", ""),
	CASE("/usr/lib/virtualbox/VirtualBoxVM\0--comment\0shop\0--startvm\0" UUID "\0", "shop", ""),
	CASE("/sdk/emulator/qemu/linux-x86_64/qemu-system-x86_64\0-avd\0Pixel_6\0-no-window\0", "Pixel_6", ""),
	CASE("qemu\0-n\0x\0--comment\0y\0-s\0", "qemu", ""),
	CASE("crosvm\0run\0--name\0box\0", "box", ""),
	CASE("/\0", "", ""),
	CASE("\0-name\0web\0", "web", ""),
	/* no NUL at the end, and options whose value is missing */
	CASE("qemu\0-name\0guest=web", "web", ""),
	CASE("qemu", "qemu", ""),
	CASE("qemu\0-name", "qemu", ""),
	CASE("qemu\0-uuid", "qemu", ""),
	CASE("firecracker\0--id", "firecracker", ""),
	/* options within a word are none */
	CASE("qemu\0-append\0quiet -name x\0-names\0y\0", "qemu", ""),
	CASE("qemu\0---name\0x\0name\0y\0", "qemu", ""),
};
/* clang-format on */

static void parse_each_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* A copy that ends where the text ends: the sanitizer sees every byte too far. */
		char *text = malloc(cases[i].length ? cases[i].length : 1);
		struct cmdline_vm vm;

		memcpy(text, cases[i].text, cases[i].length);
		memset(&vm, 'x', sizeof(vm));
		cmdline_parse(&vm, text, cases[i].length);
		free(text);
		if (strcmp(vm.name, cases[i].name) != 0 || strcmp(vm.uuid, cases[i].uuid) != 0)
			fail_msg("case %zu: \"%s\" \"%s\" instead of \"%s\" \"%s\"", i, vm.name,
				vm.uuid, cases[i].name, cases[i].uuid);
	}
}

/* However short the text is cut, the result is a text that fits. */
static void parse_cut_text(void **state)
{
	static const char full[] =
		"/usr/bin/qemu\0-name\0guest=a,,b,debug-threads=on\0-uuid\0" UUID;

	(void)state;
	for (size_t length = 0; length < sizeof(full); length++) {
		char *text = malloc(length ? length : 1);
		struct cmdline_vm vm;

		memcpy(text, full, length);
		cmdline_parse(&vm, text, length);
		free(text);
		assert_true(strlen(vm.name) < sizeof(vm.name));
		assert_true(strlen(vm.uuid) == (length >= sizeof(full) - 1 ? 36 : 0));
	}
}

static void parse_huge_text(void **state)
{
	static const char head[] = "qemu\0-name\0guest=";
	size_t length = 1024 * 1024;
	char *text = malloc(length);
	struct cmdline_vm vm;

	(void)state;
	memset(text, 'a', length);
	memcpy(text, head, sizeof(head) - 1);
	cmdline_parse(&vm, text, length);
	assert_int_equal(strlen(vm.name), sizeof(vm.name) - 1);
	memset(text, 0, length);
	cmdline_parse(&vm, text, length);
	assert_string_equal(vm.name, "");
	memset(text, ',', length);
	memcpy(text, head, sizeof(head) - 1);
	cmdline_parse(&vm, text, length);
	assert_int_equal(strlen(vm.name), sizeof(vm.name) - 1);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_each_form),
		cmocka_unit_test(parse_cut_text),
		cmocka_unit_test(parse_huge_text),
	};

	return cmocka_run_group_tests_name("cmdline", tests, NULL, NULL);
}
