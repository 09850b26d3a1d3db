#include "domain/cmdline_options.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/text.h"

/* For words that fit. */
#define SET(to, text) text_clean(to, sizeof(to), text)

/* Of "kvm:tcg", and of several -accel, QEMU takes the first that works: which one that was is not
 * told. */
static void apply_accel(struct domain_machine *m, const char *name)
{
	const char *type = !strcmp(name, "kvm") ? "kvm" : !strcmp(name, "tcg") ? "qemu" : "";

	SET(m->type, m->type[0] && strcmp(m->type, type) != 0 ? "" : type);
}

static void apply_irqchip(struct domain_machine *m, const struct qemu_item *item)
{
	if (!strcmp(item->value, "split") || qemu_option_switch(item) == TRI_NO)
		SET(m->ioapic, "qemu");
	else if (qemu_option_switch(item) == TRI_YES)
		SET(m->ioapic, "kvm");
}

/* mem-merge=off, pflash0=code, and what there is of the machine besides timers. */
static void apply_part(struct domain_machine *m, const struct qemu_item *item)
{
	if (!strcmp(item->key, "accel"))
		apply_accel(m, item->value);
	else if (!strcmp(item->key, "kernel-irqchip"))
		apply_irqchip(m, item);
	else if (!strcmp(item->key, "vmport"))
		m->vmport = qemu_option_switch(item);
	else if (!strcmp(item->key, "mem-merge"))
		m->nosharepages = qemu_option_switch(item) == TRI_NO;
	else if (!strcmp(item->key, "pflash0"))
		m->ovmf = TRI_YES;
}

/* -machine pc-q35-7.2,hpet=off,accel=kvm; Proxmox has -machine hpet=off,type=pc-q35-9.0+pve0 */
unsigned cmdline_machine_apply(struct domain_config *config, struct span value)
{
	struct domain_machine *m = &config->machine;
	unsigned decided = 0;
	struct qemu_item item;

	for (bool first = true; qemu_option_item(&value, &item); first = false) {
		if ((first && item.bare) || !strcmp(item.key, "type")) {
			text_clean(m->machine, sizeof m->machine, item.value);
			decided |= DOMAIN_OVERRIDE_MACHINE;
		} else if (!strcmp(item.key, "hpet") || !strcmp(item.key, "pit")) {
			domain_clock_add(&config->clock, item.key)->present =
				qemu_option_switch(&item);
			decided |= DOMAIN_OVERRIDE_CLOCK;
		} else {
			apply_part(m, &item);
			decided |= DOMAIN_OVERRIDE_MACHINE;
		}
	}
	return decided;
}

/* -accel kvm,rapl=true,kernel-irqchip=split,dirty-ring-size=4096 */
unsigned cmdline_machine_accel(struct domain_config *config, struct span value)
{
	struct domain_machine *m = &config->machine;
	struct qemu_item item;

	for (bool first = true; qemu_option_item(&value, &item); first = false) {
		if ((first && item.bare) || !strcmp(item.key, "accel")) {
			apply_accel(m, item.value);
		} else if (!strcmp(item.key, "rapl")) {
			m->rapl = qemu_option_switch(&item);
		} else if (!strcmp(item.key, "dirty-ring-size")) {
			const unsigned long size = strtoul(item.value, NULL, 10);

			m->dirty_ring_size = size < UINT_MAX ? (unsigned)size : UINT_MAX;
			m->dirty_ring = size ? TRI_YES : TRI_NO;
		} else {
			apply_part(m, &item);
		}
	}
	return DOMAIN_OVERRIDE_MACHINE;
}

/* "2006-06-17T16:01:21" or "2006-06-17" as seconds since 1970, else "". */
static void read_date(char *out, size_t size, const char *text)
{
	struct tm date = { 0 };
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &date);

	if (!end) {
		date = (struct tm){ 0 };
		end = strptime(text, "%Y-%m-%d", &date);
	}
	out[0] = '\0';
	if (end && !*end)
		snprintf(out, size, "%lld", (long long)timegm(&date));
}

static void apply_base(struct domain_clock *clock, const char *base)
{
	const bool is_date = strcmp(base, "utc") != 0 && strcmp(base, "localtime") != 0;

	SET(clock->offset, is_date ? "absolute" : base);
	clock->timezone[0] = clock->basis[0] = clock->adjustment[0] = clock->start[0] = '\0';
	if (is_date)
		read_date(clock->start, sizeof clock->start, base);
}

/* The guest's lost ticks: what QEMU calls slew is a tickpolicy of catchup. */
static void apply_rtc_policy(struct domain_clock *clock, const char *policy)
{
	struct domain_timer *rtc = domain_clock_add(clock, "rtc");

	if (!strcmp(policy, "slew"))
		SET(rtc->tickpolicy, "catchup");
	else if (!strcmp(policy, "none") || !strcmp(policy, "discard"))
		SET(rtc->tickpolicy, "discard");
}

static void apply_rtc_clock(struct domain_clock *clock, const char *name)
{
	static const struct {
		const char *option, *track;
	} tracks[] = { { "vm", "guest" }, { "host", "wall" }, { "rt", "realtime" } };

	for (size_t i = 0; i < sizeof tracks / sizeof *tracks; i++)
		if (!strcmp(tracks[i].option, name))
			SET(domain_clock_add(clock, "rtc")->track, tracks[i].track);
}

/* -rtc base=localtime,clock=host,driftfix=slew */
unsigned cmdline_machine_rtc(struct domain_config *config, struct span value)
{
	struct qemu_item item;

	while (qemu_option_item(&value, &item)) {
		if (!strcmp(item.key, "base"))
			apply_base(&config->clock, item.value);
		else if (!strcmp(item.key, "driftfix"))
			apply_rtc_policy(&config->clock, item.value);
		else if (!strcmp(item.key, "clock"))
			apply_rtc_clock(&config->clock, item.value);
	}
	config->clock.known = true;
	return DOMAIN_OVERRIDE_CLOCK;
}

/* -global kvm-pit.lost_tick_policy=discard, or driver=kvm-pit,property=lost_tick_policy,value=discard */
unsigned cmdline_machine_global(struct domain_config *config, struct span value)
{
	char driver[32], property[32], policy[16];
	struct span rest = value;
	struct qemu_item item;

	qemu_option_get(driver, sizeof driver, value, "", "driver");
	qemu_option_get(property, sizeof property, value, "", "property");
	qemu_option_get(policy, sizeof policy, value, "", "value");
	if (!driver[0] && qemu_option_item(&rest, &item)) {
		char *dot = strchr(item.key, '.');

		if (!dot)
			return 0;
		*dot = '\0';
		snprintf(driver, sizeof driver, "%.31s", item.key);
		snprintf(property, sizeof property, "%.31s", dot + 1);
		snprintf(policy, sizeof policy, "%.15s", item.value);
	}
	if (strcmp(property, "lost_tick_policy") != 0 && strcmp(property, "lost-tick-policy") != 0)
		return 0;
	if (!strcmp(driver, "mc146818rtc"))
		apply_rtc_policy(&config->clock, policy);
	else if (!strcmp(driver, "kvm-pit") &&
		 (!strcmp(policy, "delay") || !strcmp(policy, "discard")))
		SET(domain_clock_add(&config->clock, "pit")->tickpolicy, policy);
	else
		return 0;
	return DOMAIN_OVERRIDE_CLOCK;
}

/* -smp 4,sockets=1 is 4; -smp sockets=2,cores=2 is their product, -smp maxcpus=8,cores=2 is 8. */
unsigned cmdline_machine_smp(struct domain_config *config, struct span value)
{
	static const char *const parts[] = { "drawers", "books", "sockets", "dies", "clusters",
		"modules", "cores", "threads" };
	unsigned long long cpus = 0, most = 0, product = 1;
	struct qemu_item item;

	for (bool first = true; qemu_option_item(&value, &item); first = false) {
		const unsigned long long number = strtoull(item.value, NULL, 10);

		if ((first && item.bare) || !strcmp(item.key, "cpus"))
			cpus = number;
		else if (!strcmp(item.key, "maxcpus"))
			most = number;
		for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
			if (!strcmp(item.key, parts[i]) && number && number <= UINT_MAX &&
				product <= UINT_MAX)
				product *= number;
	}
	if (!cpus)
		cpus = most ? most : product;
	config->machine.vcpus = cpus <= UINT_MAX ? (unsigned)cpus : 0;
	return 0;
}

/* "2G", "2097152k", "512": as QEMU reads a size, MiB where there is no suffix. 0 for what is none. */
static uint64_t read_size_kib(const char *text)
{
	static const char suffixes[] = "bkmgt";
	char *end;
	const double number = strtod(text, &end);
	const char *suffix = *end ? strchr(suffixes, *end | 0x20) : &suffixes[2];
	const double kib = suffix ? ldexp(number, 10 * (int)(suffix - suffixes) - 10) : 0;

	if (end == text || (*end && end[1]) || !(kib >= 0 && kib < (double)(UINT64_MAX / 1024)))
		return 0;
	return (uint64_t)kib;
}

/* -m 4096, -m size=2097152k,slots=16,maxmem=1099511627776k */
unsigned cmdline_machine_memory(struct domain_config *config, struct span value)
{
	struct qemu_item item;

	for (bool first = true; qemu_option_item(&value, &item); first = false)
		if ((first && item.bare) || !strcmp(item.key, "size"))
			config->machine.memory_kib = read_size_kib(item.value);
	return 0;
}

/* -overcommit mem-lock=off,cpu-pm=on */
unsigned cmdline_machine_overcommit(struct domain_config *config, struct span value)
{
	struct qemu_item item;
	unsigned decided = 0;

	while (qemu_option_item(&value, &item)) {
		if (strcmp(item.key, "cpu-pm") != 0)
			continue;
		config->machine.cpu_pm = qemu_option_switch(&item);
		decided = DOMAIN_OVERRIDE_SCHEDULE;
	}
	return decided;
}
