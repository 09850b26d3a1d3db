#include "source/exits/exits_bpf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* "5.10.0-32-amd64". Distributions add BPF's parts to older kernels, so the version alone proves nothing. */
static bool is_too_old(const char *release)
{
	unsigned major, minor;

	return sscanf(release, "%u.%u", &major, &minor) == 2 &&
	       (major < 5 || (major == 5 && minor < 12));
}

void exits_bpf_explain(int error, const char *release, char *why, size_t size)
{
	if (error == -EPERM || error == -EACCES)
		snprintf(why, size, "this kernel does not allow BPF");
	else if (error == -ENOMEM)
		snprintf(why, size, "out of memory");
	else if (is_too_old(release))
		snprintf(why, size, "Linux %.*s lacks BPF atomic operations (5.12 or newer needed)",
			(int)strcspn(release, "-"), release);
	else if (error == -ENODATA)
		snprintf(why, size, "this kernel has no BTF of itself or of KVM");
	else if (error == -ENOTSUP)
		snprintf(why, size, "the kernel's events have an unexpected format");
	else
		snprintf(why, size, "this kernel refuses the programs (%s)", strerror(-error));
}

#ifdef HAVE_BPF

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/membarrier.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#ifdef __x86_64__
#include <cpuid.h>
#endif

#include "bpf/objects.h"
#include "core/mem.h"
#include "source/bpf_load.h"

enum event { EXIT, ENTRY, PIO, MSR, MMIO, IRQ, EVENTS };

/* In the order of enum event. */
static const char *const event_names[EVENTS] = { "kvm_exit", "kvm_entry", "kvm_pio", "kvm_msr",
	"kvm_mmio", "kvm_set_irq" };

/* What suits the running kernel. */
struct plan {
	const char *programs[EVENTS]; /* NULL: none */
	const char *exit_cast;        /* in place of that of EXIT, where the kernel takes it */
	struct bpf_config config;
};

struct exits_bpf {
	struct bpf_object *object;
	struct bpf_program *programs[EVENTS]; /* NULL: none */
	struct bpf_link *links[EVENTS];       /* NULL: it does not run */
	struct bpf_tables tables;             /* the kernel's memory */
	uint64_t misses;                      /* that were told */
};

/* A processor of AMD's kind. */
static bool has_svm(void)
{
#ifdef __x86_64__
	unsigned a, b, c = 0, d;

	return __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & 1u << 2);
#else
	return false;
#endif
}

/* A tracepoint's arguments, after the kernel's own first one. */
struct arguments {
	const struct btf_param *list; /* NULL: there is no such tracepoint */
	int count;
};

/* The typedef that the kernel makes for each tracepoint: void (*)(void *, ...). */
static struct arguments arguments_of(const struct btf *btf, const struct btf_type *t)
{
	for (int i = 0; i < 2 && t; i++)
		t = btf__type_by_id(btf, t->type);
	if (!t || !btf_is_func_proto(t) || !btf_vlen(t))
		return (struct arguments){ 0 };
	return (struct arguments){ btf_params(t) + 1, btf_vlen(t) - 1 };
}

/* Those of all events, of the types from first on: what a module adds to the kernel's, which are many. */
static void find_arguments(const struct btf *btf, uint32_t first, struct arguments all[EVENTS])
{
	static const char prefix[] = "btf_trace_";

	for (uint32_t id = first; id < btf__type_cnt(btf); id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const char *name = btf_is_typedef(t) ? btf__name_by_offset(btf, t->name_off) : NULL;

		if (!name || strncmp(name, prefix, sizeof prefix - 1) != 0)
			continue;
		for (enum event i = EXIT; i < EVENTS; i++)
			if (!strcmp(name + sizeof prefix - 1, event_names[i]))
				all[i] = arguments_of(btf, t);
	}
}

static bool is_pointer(const struct btf *btf, const struct btf_param *argument)
{
	const int id = btf__resolve_type(btf, argument->type);

	return id > 0 && btf_is_ptr(btf__type_by_id(btf, (uint32_t)id));
}

/* The programs for an x86 processor, by whether it is of AMD's kind and what kvm_exit is told. */
static const char *const x86_exits[2][3] = {
	/* (vcpu, isa); the same where memory can be read without a helper; (reason, vcpu, isa) before Linux 5.16 */
	{ "exit_vmx", "exit_vmx_cast", "exit_vmx_reason" },
	{ "exit_svm", "exit_svm_cast", "exit_svm_reason" },
};

static int plan_x86(struct plan *p, const struct btf *kvm, const struct arguments *exit, bool cast)
{
	const bool svm = has_svm();

	p->programs[ENTRY] = "entry_x86";
	/* On VMX kvm_exit does not tell the port. */
	p->programs[PIO] = svm ? NULL : "pio";
	if (is_pointer(kvm, &exit->list[0])) {
		p->programs[EXIT] = x86_exits[svm][0];
		p->exit_cast = cast ? x86_exits[svm][1] : NULL;
	} else {
		p->programs[EXIT] = x86_exits[svm][2];
	}
	return is_pointer(kvm, &exit->list[!is_pointer(kvm, &exit->list[0])]) ? 0 : -ENOTSUP;
}

static int make_plan(struct plan *p, const struct btf *kvm, uint32_t first, bool cast)
{
	static const char *const details[EVENTS] = {
		[MSR] = "msr", [MMIO] = "mmio", [IRQ] = "irq"
	};
	struct arguments all[EVENTS] = { 0 };

	find_arguments(kvm, first, all);
	for (enum event i = MSR; i < EVENTS; i++)
		if (all[i].count >= 2)
			p->programs[i] = details[i];
	if (all[EXIT].count < 2 || all[ENTRY].count < 1)
		return all[EXIT].list ? -ENOTSUP : -ENODATA;
	if (is_pointer(kvm, &all[ENTRY].list[0]))
		return plan_x86(p, kvm, &all[EXIT], cast);
	/* arm64: (ret, esr_ec, pc) and (pc) */
	if (all[EXIT].count != 3 || is_pointer(kvm, &all[EXIT].list[0]) ||
		is_pointer(kvm, &all[EXIT].list[1]))
		return -ENOTSUP;
	p->programs[ENTRY] = "entry_arm64";
	p->programs[EXIT] = "exit_arm64";
	return 0;
}

/* KVM describes its types by itself where it is a module, else the kernel does. */
static int plan_for_kernel(struct plan *p)
{
	struct btf *kernel = btf__load_vmlinux_btf(), *kvm;
	bool cast;
	int error;

	if (!kernel)
		return -ENODATA;
	cast = btf__find_by_name_kind(kernel, "bpf_rdonly_cast", BTF_KIND_FUNC) > 0;
	kvm = btf__load_module_btf("kvm", kernel);
	if (!kvm && (errno == EPERM || errno == EACCES))
		error = -errno;
	else
		error = make_plan(p, kvm ? kvm : kernel, kvm ? btf__type_cnt(kernel) : 1, cast);
	btf__free(kvm);
	btf__free(kernel);
	return error;
}

static int map_tables(struct exits_bpf *b)
{
	struct bpf_tables *t = &b->tables;

	t->control = bpf_load_memory(b->object, ".bss", sizeof *t->control);
	t->bookings =
		bpf_load_memory(b->object, "bookings", BPF_ALL_BOOKINGS * sizeof *t->bookings);
	t->used = bpf_load_memory(b->object, "used", BPF_ALL_BOOKINGS * sizeof *t->used);
	return t->control && t->bookings && t->used ? 0 : -ENOMEM;
}

static void unmap(void *memory, size_t size)
{
	if (memory)
		munmap(memory, size);
}

static void close_object(struct exits_bpf *b)
{
	for (enum event i = EXIT; i < EVENTS; i++)
		bpf_link__destroy(b->links[i]);
	unmap(b->tables.control, sizeof *b->tables.control);
	unmap(b->tables.bookings, BPF_ALL_BOOKINGS * sizeof *b->tables.bookings);
	unmap(b->tables.used, BPF_ALL_BOOKINGS * sizeof *b->tables.used);
	bpf_object__close(b->object);
	*b = (struct exits_bpf){ 0 };
}

static int configure(const struct bpf_object *object, const struct bpf_config *config)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata.config");

	return map ? bpf_map__set_initial_value(map, config, sizeof *config) : -EINVAL;
}

/* Keeps none but the programs of the plan. */
static int choose_programs(struct exits_bpf *b, const struct plan *p)
{
	struct bpf_program *program = NULL;

	while ((program = bpf_object__next_program(b->object, program)) != NULL)
		bpf_program__set_autoload(program, false);
	for (enum event i = EXIT; i < EVENTS; i++) {
		if (!p->programs[i])
			continue;
		b->programs[i] = bpf_object__find_program_by_name(b->object, p->programs[i]);
		if (!b->programs[i])
			return -EINVAL;
		bpf_program__set_autoload(b->programs[i], true);
	}
	return 0;
}

static int attach(struct exits_bpf *b, enum event event)
{
	if (!b->programs[event] || b->links[event])
		return 0;
	b->links[event] = bpf_program__attach(b->programs[event]);
	return b->links[event] ? 0 : -errno;
}

static int open_object(struct exits_bpf *b, const struct plan *p)
{
	int error;

	b->object = bpf_load_open(bpf_objects_exits());
	if (!b->object)
		return -errno;
	error = choose_programs(b, p);
	if (!error)
		error = configure(b->object, &p->config);
	if (!error)
		error = bpf_object__load(b->object);
	if (!error)
		error = map_tables(b);
	/* The entry first: an exit that is counted has its entry counted, too. */
	for (int i = 0; i < 3 && !error; i++)
		error = attach(b, ((const enum event[]){ ENTRY, PIO, EXIT })[i]);
	return error;
}

static int open_all(struct exits_bpf *b, uint32_t pid_namespace)
{
	struct plan p = { .config.pid_namespace = pid_namespace };
	int error = plan_for_kernel(&p);

	if (!error && p.exit_cast) {
		struct plan with_cast = p;

		with_cast.programs[EXIT] = p.exit_cast;
		if (!open_object(b, &with_cast))
			return 0;
		close_object(b);
	}
	return error ? error : open_object(b, &p);
}

int exits_bpf_open(struct exits_bpf **out, uint32_t pid_namespace, char *why, size_t size)
{
	struct exits_bpf *b = mem_calloc(1, sizeof *b);
	struct utsname host;
	int error;

	bpf_load_quietly();
	error = open_all(b, pid_namespace);
	if (error) {
		uname(&host);
		exits_bpf_explain(error, host.release, why, size);
		exits_bpf_close(b);
		return error;
	}
	*out = b;
	return 0;
}

void exits_bpf_close(struct exits_bpf *b)
{
	if (!b)
		return;
	close_object(b);
	free(b);
}

bool exits_bpf_set_details(struct exits_bpf *b, bool wanted)
{
	bool any = false;

	for (enum event i = MSR; i < EVENTS; i++) {
		if (wanted && !attach(b, i)) {
			any |= b->links[i] != NULL;
			continue;
		}
		bpf_link__destroy(b->links[i]);
		b->links[i] = NULL;
	}
	return any;
}

/* Until every program that may still fill the table of before is at its end. */
static void wait_for_programs(void)
{
	/* Not where a CPU is kept free of the kernel's timer: a program takes a microsecond. */
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		usleep(1000);
}

/* Of any process, as tids are asked for, too. */
static bool is_alive(pid_t tid)
{
	return !kill(tid, 0) || errno == EPERM;
}

/* To walk the hash costs as much whether or not anything is in it. */
static void forget_others(const struct exits_bpf *b)
{
	const int map = bpf_object__find_map_fd_by_name(b->object, "other_threads");
	struct bpf_thread thread;
	uint32_t tid, next;
	bool more = b->tables.control->others && !bpf_map_get_next_key(map, NULL, &next);

	while (more) {
		tid = next;
		more = !bpf_map_get_next_key(map, &tid, &next);
		if (!bpf_map_lookup_elem(map, &tid, &thread) && !is_alive((pid_t)thread.own_tid))
			bpf_map_delete_elem(map, &tid);
	}
}

/* Events that came while their own program ran on the same CPU; the kernel leaves them out. */
static uint64_t take_misses(struct exits_bpf *b)
{
	uint64_t all = 0, before = b->misses;

	for (enum event i = EXIT; i < EVENTS; i++) {
		struct bpf_prog_info info = { 0 };
		uint32_t size = sizeof info;

		if (b->programs[i] &&
			!bpf_obj_get_info_by_fd(bpf_program__fd(b->programs[i]), &info, &size))
			all += info.recursion_misses;
	}
	b->misses = all;
	return all - before;
}

struct bpf_intake exits_bpf_collect(struct exits_bpf *b, struct exits *e)
{
	const uint32_t table = bpf_tables_flip(&b->tables);
	struct bpf_intake in;

	wait_for_programs();
	bpf_tables_forget(&b->tables, is_alive);
	forget_others(b);
	in = bpf_tables_take(&b->tables, table, e);
	in.dropped += take_misses(b);
	return in;
}

#else

int exits_bpf_open(struct exits_bpf **out, uint32_t pid_namespace, char *why, size_t size)
{
	(void)out;
	(void)pid_namespace;
	snprintf(why, size, "kvmtop was built without its BPF programs");
	return -ENOTSUP;
}

void exits_bpf_close(struct exits_bpf *b)
{
	(void)b;
}

bool exits_bpf_set_details(struct exits_bpf *b, bool wanted)
{
	(void)b;
	(void)wanted;
	return false;
}

struct bpf_intake exits_bpf_collect(struct exits_bpf *b, struct exits *e)
{
	(void)b;
	(void)e;
	return (struct bpf_intake){ 0 };
}

#endif
