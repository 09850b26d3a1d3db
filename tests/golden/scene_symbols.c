/* Hot symbols of a real case: an idle Windows 10 guest whose timer interrupts wake QEMU's main loop all the time. */
#include "scene_symbols.h"
#include "view/ui_moves.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct figures {
	enum symbol_space space;
	enum thread_kind kind;
	const char *module, *name;
	uint64_t samples;
};

/* clang-format off */
static const struct figures storm[] = {
	{ SYMBOL_KERNEL, THREAD_EMULATOR, "kernel", "poll_freewait", 385 },
	{ SYMBOL_GUEST, THREAD_VCPU, "guest", "the guest's own code", 168 },
	{ SYMBOL_KERNEL, THREAD_EMULATOR, "kernel", "do_sys_poll", 56 },
	{ SYMBOL_KERNEL, THREAD_VCPU, "kvm_intel", "vmx_vcpu_run", 49 },
	{ SYMBOL_KERNEL, THREAD_VCPU, "kernel", "mutex_lock_killable", 48 },
	{ SYMBOL_USER, THREAD_EMULATOR, "libglib-2.0.so.0.5600.4", "g_main_context_check", 41 },
	{ SYMBOL_USER, THREAD_VCPU, "libpthread-2.27.so", "pthread_mutex_lock", 20 },
	{ SYMBOL_USER, THREAD_EMULATOR, "libpthread-2.27.so", "pthread_mutex_lock", 16 },
	{ SYMBOL_USER, THREAD_EMULATOR, "qemu-system-x86_64", "aio_notify_accept", 29 },
	{ SYMBOL_KERNEL, THREAD_EMULATOR, "kernel", "sock_poll", 25 },
	{ SYMBOL_USER, THREAD_EMULATOR, "qemu-system-x86_64", "aio_pending", 24 },
	{ SYMBOL_USER, THREAD_EMULATOR, "libglib-2.0.so.0.5600.4", "g_main_context_prepare", 22 },
	{ SYMBOL_KERNEL, THREAD_VCPU, "kvm", "kvm_arch_vcpu_ioctl_run", 21 },
	{ SYMBOL_USER, THREAD_VCPU, "qemu-system-x86_64", "qemu_mutex_unlock", 18 },
	{ SYMBOL_KERNEL, THREAD_EMULATOR, "kernel", "update_cfs_shares", 15 },
	{ SYMBOL_KERNEL, THREAD_IOTHREAD, "kernel", "__schedule", 9 },
	{ SYMBOL_USER, THREAD_VCPU, "libglib-2.0.so.0.5600.4", "libglib-2.0.so.0.5600.4+0x5b2c0", 8 },
	{ SYMBOL_KERNEL, THREAD_WORKER, "kernel", "a_function_nobody_knows_whose_name_is_very_long_and_goes_on", 7 },
	{ SYMBOL_KERNEL, THREAD_PIT, "kvm", "pit_do_work", 4 },
	{ SYMBOL_KERNEL, THREAD_VHOST, "vhost_net", "vhost_worker", 3 },
};
/* clang-format on */

enum { COUNT = sizeof storm / sizeof *storm };

static void update(struct scene *s, struct sample_hot_symbols *now)
{
	const struct sample sample = { .hot_symbols = now, .hot_symbols_count = 1 };

	hot_symbols_update(&s->model.hot_symbols, &sample, NAN, s->vms[0]->cpu.guest_pct,
		s->vms[0]->cpu.cpu_pct);
}

static struct sample_hot_symbols open_symbols(const struct scene *s)
{
	return (struct sample_hot_symbols){
		.pid = s->vms[0]->id.pid,
		.start_ticks = s->vms[0]->id.start_ticks,
		.opened_ns = 1,
		.event = SYMBOL_EVENT_CYCLES,
		.hz = 99,
		.threads = 7,
	};
}

static void fill(struct sample_hot_symbols *now, struct sample_symbol rows[static COUNT])
{
	now->symbols = rows;
	now->count = COUNT;
	for (size_t i = 0; i < COUNT; i++) {
		rows[i] = (struct sample_symbol){ (uint8_t)storm[i].space, (uint8_t)storm[i].kind,
			storm[i].module, storm[i].name, storm[i].samples,
			storm[i].samples * 30000000 };
		now->samples += storm[i].samples;
	}
	now->rest_samples = 32;
	now->rest_weight = 32 * 30000000ull;
	now->samples += now->rest_samples;
}

static void turn(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_SYMBOLS);
}

void scene_symbols(struct scene *s)
{
	struct sample_symbol rows[COUNT];
	struct sample_hot_symbols now;

	scene_storm(s);
	now = open_symbols(s);
	fill(&now, rows);
	update(s, &now);
	turn(s);
}

void scene_symbols_arm64(struct scene *s)
{
	struct sample_symbol rows[COUNT];
	struct sample_hot_symbols now;

	scene_storm(s);
	now = open_symbols(s);
	fill(&now, rows);
	now.guest_loaded = true;
	for (size_t i = 0; i < COUNT; i++)
		if (rows[i].space == SYMBOL_GUEST)
			rows[i].name = "the guest, or KVM for it";
	update(s, &now);
	turn(s);
}

void scene_symbols_limited(struct scene *s)
{
	struct sample_symbol rows[COUNT];
	struct sample_hot_symbols now;

	scene_storm(s);
	now = open_symbols(s);
	fill(&now, rows);
	now.event = SYMBOL_EVENT_CPU_CLOCK;
	now.lost = 12;
	now.loading = true;
	snprintf(now.notes[0], sizeof now.notes[0],
		"Names of the kernel's functions are hidden: run sudo kvmtop, and sysctl "
		"kernel.kptr_restrict=1 where that is 2.");
	snprintf(now.notes[1], sizeof now.notes[1],
		"12%% of the user time has no names, most of it in libglib-2.0.so.0.5600.4: "
		"install its "
		"debug symbols.");
	snprintf(now.notes[2], sizeof now.notes[2],
		"No CPU counters here (a VM, or no PMU): a timer samples instead, blind where the "
		"kernel "
		"has interrupts off.");
	now.note_count = 3;
	for (size_t i = 0; i < COUNT; i++)
		if (rows[i].space == SYMBOL_KERNEL)
			rows[i].name = "hidden", rows[i].module = "kernel";
		else if (rows[i].space == SYMBOL_GUEST)
			rows[i].weight = 0;
	update(s, &now);
	turn(s);
}

void scene_symbols_refused(struct scene *s)
{
	struct sample_hot_symbols now = {
		.pid = 21715,
		.start_ticks = 1000,
		.why = "Sampling is refused: kernel.perf_event_paranoid is 3; run sudo kvmtop, or "
		       "sysctl "
		       "kernel.perf_event_paranoid=1.",
	};

	scene_storm(s);
	update(s, &now);
	turn(s);
}

void scene_symbols_early(struct scene *s)
{
	struct sample_hot_symbols now;

	scene_storm(s);
	now = open_symbols(s);
	update(s, &now);
	turn(s);
}
