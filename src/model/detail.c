#include "model/detail.h"

#include <stdbool.h>
#include <stdio.h>

const char *detail_kind(enum exit_detail detail)
{
	static const char *const kinds[EXIT_DETAIL__COUNT] = {
		[EXIT_DETAIL_PORT_IN] = "port",
		[EXIT_DETAIL_PORT_OUT] = "port",
		[EXIT_DETAIL_MSR_READ] = "msr",
		[EXIT_DETAIL_MSR_WRITE] = "msr",
		[EXIT_DETAIL_MMIO_READ] = "mmio",
		[EXIT_DETAIL_MMIO_WRITE] = "mmio",
	};

	return kinds[detail];
}

const char *detail_direction(enum exit_detail detail)
{
	static const char *const directions[EXIT_DETAIL__COUNT] = {
		[EXIT_DETAIL_PORT_IN] = "in",
		[EXIT_DETAIL_PORT_OUT] = "out",
		[EXIT_DETAIL_MSR_READ] = "read",
		[EXIT_DETAIL_MSR_WRITE] = "write",
		[EXIT_DETAIL_MMIO_READ] = "read",
		[EXIT_DETAIL_MMIO_WRITE] = "write",
	};

	return directions[detail];
}

const char *detail_device(enum exit_detail detail, uint64_t number)
{
	const bool port = detail == EXIT_DETAIL_PORT_IN || detail == EXIT_DETAIL_PORT_OUT;

	return port && (number == 0x70 || number == 0x71) ? "RTC" : NULL;
}

const char *detail_irq_device(uint32_t gsi)
{
	(void)gsi;
	return NULL;
}

const char *detail_describe(const struct exit_key *key, char *out, size_t size)
{
	const char *device = detail_device(key->detail, key->number);

	snprintf(out, size, "%s 0x%llx %s", device ? device : detail_kind(key->detail),
		(unsigned long long)key->number, detail_direction(key->detail));
	return out;
}
