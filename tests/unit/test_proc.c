/* proc: which VMs the source finds on a /proc of the test's own making. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "proc_world.h"
#include "source/host/proc_vm.h"

static void vm_with_its_threads(void **state)
{
	static const char cmdline[] =
		"/usr/bin/qemu-system-x86_64\0-name\0guest=win10,debug-threads=on\0-uuid\0"
		"C7A5FDBD-EDAF-9455-926A-D65C16DB1809";
	static const struct fake_thread threads[] = {
		{ 50, 51, "CPU 0/KVM", 'R', 0, 6102, 3981, NEW + 1, 5077, 100840862608, 1904206 },
		{ 50, 52, "CPU 1/KVM", 'S', 0, 1, 2, NEW + 2, 3, 60000000, 0 },
		{ 50, 53, "IO mon_iothread", 'S', 0, 0, 0, NEW + 2, 0, 86381, 11526 },
		{ 50, 54, "SPICE) Worker", 'S', 0, 4, 5, NEW + 3, 0, 90000000, 6 },
	};
	struct world *w = *state;
	const struct sample_vm *vm;
	const struct sample_thread *t;
	uint64_t begin_ns;

	add_process(w, 50, "qemu-system-x86", NEW);
	add_process(w, 60, "bash", OLD);
	open_kvm(w, 50);
	fake_write(cmdline, sizeof(cmdline), "%s/50/cmdline", w->root);
	for (size_t i = 0; i < sizeof(threads) / sizeof(threads[0]); i++)
		fake_thread(w->root, &threads[i]);
	begin_ns = clock_mono_ns();
	collect_after(w, 0);

	assert_true(w->s->sources[SOURCE_PROC].ok);
	assert_string_equal(w->s->sources[SOURCE_PROC].why, "");
	assert_int_equal(w->s->vm_count, 1);
	vm = find_vm(w, 50);
	assert_non_null(vm);
	assert_int_equal(vm->id.start_ticks, NEW);
	assert_string_equal(vm->name, "win10");
	assert_true(vm->config->parsed && vm->config->from_command_line);
	assert_string_equal(vm->config->machine.arch, "x86_64");
	assert_string_equal(vm->uuid, "c7a5fdbd-edaf-9455-926a-d65c16db1809");
	assert_null(vm->domain);
	assert_int_equal(vm->thread_count, 5);

	t = find_thread(w, 50, 51);
	assert_non_null(t);
	assert_string_equal(t->name, "CPU 0/KVM");
	assert_int_equal(t->kind, THREAD_VCPU);
	assert_int_equal(t->vcpu, 0);
	assert_int_equal(t->start_ticks, NEW + 1);
	assert_int_equal(t->utime_ticks, 6102);
	assert_int_equal(t->stime_ticks, 3981);
	assert_int_equal(t->guest_ticks, 5077);
	assert_int_equal(t->cpu_ns, 100840862608);
	assert_int_equal(t->wait_ns, 1904206);
	assert_int_equal(find_thread(w, 50, 52)->vcpu, 1);
	assert_int_equal(find_thread(w, 50, 50)->kind, THREAD_EMULATOR);
	assert_int_equal(find_thread(w, 50, 53)->kind, THREAD_IOTHREAD);
	assert_int_equal(find_thread(w, 50, 54)->kind, THREAD_WORKER);
	assert_string_equal(find_thread(w, 50, 54)->name, "SPICE) Worker");
	for (size_t i = 0; i < vm->thread_count; i++)
		assert_in_range(vm->threads[i].time_ns, begin_ns, clock_mono_ns());
}

/* No command line: the name is what there is. */
static void vm_without_a_name(void **state)
{
	struct world *w = *state;

	add_process(w, 50, "qemu-system-x86", NEW);
	open_kvm(w, 50);
	collect_after(w, 0);
	assert_string_equal(find_vm(w, 50)->name, "qemu-system-x86");
	assert_null(find_vm(w, 50)->uuid);
}

/* Descriptors that the guest made a VMM open do not hide the VM, whatever the program is called. */
static void vm_behind_many_descriptors(void **state)
{
	struct world *w = *state;

	add_process(w, 50, "vmm", OLD);
	add_process(w, 51, "qemu-system-x86", OLD);
	for (int fd = 100; fd < 5100; fd++)
		for (int pid = 50; pid < 52; pid++)
			fake_descriptor(w->root, pid, fd, "socket:[4711]");
	for (int pid = 50; pid < 52; pid++) {
		fake_descriptor(w->root, pid, 9000, "anon_inode:kvm-vm");
		fake_descriptor(w->root, pid, 9001, "anon_inode:kvm-vcpu:0");
	}
	collect_after(w, 0);
	assert_non_null(find_vm(w, 51));
	collect_after(w, 1);
	collect_after(w, 1);
	assert_non_null(find_vm(w, 50));
	assert_int_equal(find_vm(w, 50)->vcpus, 1);
	/* It is one until a whole round has met none. */
	remove_entry(w, "50/fd/9000");
	collect_after(w, 31);
	assert_false(find_vm(w, 50)->ended);
	collect_after(w, 1);
	collect_after(w, 1);
	assert_true(find_vm(w, 50)->ended);
}

/* vCPUs are there before they run. */
static void vcpus_by_their_descriptors(void **state)
{
	struct world *w = *state;

	add_process(w, 50, "qemu-system-x86", OLD);
	open_kvm(w, 50);
	fake_descriptor(w->root, 50, 12, "anon_inode:kvm-vcpu:1");
	fake_descriptor(w->root, 50, 13, "anon_inode:[kvm-vcpu-stats]");
	fake_descriptor(w->root, 50, 14, "anon_inode:kvm-vcpu-stats:0");
	add_process(w, 51, "qemu-system-x86", OLD);
	fake_descriptor(w->root, 51, 10, "anon_inode:kvm-vm");
	fake_descriptor(w->root, 51, 11, "anon_inode:kvm-vcpu");
	collect_after(w, 0);
	assert_int_equal(find_vm(w, 50)->vcpus, 2);
	assert_int_equal(find_vm(w, 51)->vcpus, 1);
}

/* libvirt starts QEMU without a machine to learn what it can do. */
static void probe_is_no_vm(void **state)
{
	static const char cmdline[] = "/usr/bin/qemu-system-x86_64\0-S\0-nodefaults\0-machine\0"
				      "none,accel=kvm:tcg\0-daemonize";
	struct world *w = *state;

	for (int pid = 50; pid < 52; pid++) {
		add_process(w, pid, "qemu-system-x86", NEW);
		fake_descriptor(w->root, pid, 10, "anon_inode:kvm-vm");
		fake_write(cmdline, sizeof(cmdline), "%s/%d/cmdline", w->root, pid);
	}
	/* Whatever a command line says. */
	fake_descriptor(w->root, 51, 11, "anon_inode:kvm-vcpu:0");
	collect_after(w, 0);
	assert_null(find_vm(w, 50));
	assert_non_null(find_vm(w, 51));
	collect_after(w, 1);
	assert_null(find_vm(w, 50));
}

static void vm_that_opens_kvm_late(void **state)
{
	struct world *w = *state;

	add_process(w, 50, "young", NEW);
	add_process(w, 51, "old", OLD);
	add_process(w, 52, "firecracker", OLD);
	collect_after(w, 0);
	assert_int_equal(w->s->vm_count, 0);
	open_kvm(w, 50);
	open_kvm(w, 51);
	open_kvm(w, 52);
	collect_after(w, 1);
	assert_non_null(find_vm(w, 50));
	assert_non_null(find_vm(w, 52)); /* a VMM by its name is not let wait */
	assert_null(find_vm(w, 51));     /* what is old is not looked at every time */
	collect_after(w, 30);
	assert_non_null(find_vm(w, 51));
}

/* A child that was forked off a VMM holds its descriptors until it starts its own program. */
static void vm_no_more(void **state)
{
	struct world *w = *state;

	add_process(w, 50, "qemu-system-x86", NEW);
	open_kvm(w, 50);
	collect_after(w, 0);
	assert_non_null(find_vm(w, 50));
	close_kvm(w, 50);
	collect_after(w, 1);
	assert_true(find_vm(w, 50)->ended);
	collect_after(w, 1);
	assert_null(find_vm(w, 50));
}

/* A known VM is not searched again by each collect. */
static void vm_is_remembered(void **state)
{
	struct world *w = *state;

	add_process(w, 50, "vmm", OLD);
	open_kvm(w, 50);
	collect_after(w, 0);
	close_kvm(w, 50);
	collect_after(w, 1);
	assert_non_null(find_vm(w, 50));
}

/* Until it has had the time to open KVM it is no VM, and what is left of one that has ended is none. */
static void emulated_or_not_yet(void **state)
{
	struct world *w = *state;

	add_process(w, 50, "qemu-system-ppc", NEW);
	add_process(w, 51, "qemu-system-arm", OLD);
	add_process(w, 52, "qemu-system-x86", OLD);
	fake_thread(w->root, &(struct fake_thread){ .pid = 52,
				     .tid = 52,
				     .name = "qemu-system-x86",
				     .state = 'Z',
				     .start = OLD });
	add_process(w, 53, "qemu-img", OLD);
	collect_after(w, 0);
	assert_int_equal(w->s->vm_count, 1);
	assert_int_equal(find_vm(w, 51)->kvm, TRI_NO);
}

/* What it was is known, what it did up to its end is not. */
static void assert_last_words(const struct sample_vm *vm, size_t threads)
{
	assert_non_null(vm);
	assert_true(vm->ended);
	assert_int_equal(vm->thread_count, threads);
	for (size_t i = 0; i < threads; i++) {
		const struct sample_thread *t = &vm->threads[i];

		assert_int_equal(t->start_ticks, OLD);
		assert_true(t->cpu_ns == SAMPLE_UNKNOWN && t->wait_ns == SAMPLE_UNKNOWN);
		assert_true(t->utime_ticks == SAMPLE_UNKNOWN && t->stime_ticks == SAMPLE_UNKNOWN);
		assert_true(t->guest_ticks == SAMPLE_UNKNOWN && t->switches == SAMPLE_UNKNOWN);
		assert_int_equal(t->time_ns, 0); /* nothing was read */
	}
}

/* It is there once more, with the threads by which its last exits are known. */
static void vm_that_ends(void **state)
{
	static const char cmdline[] = "qemu\0-name\0guest=web\0-smp\0"
				      "3";
	struct world *w = *state;

	for (int pid = 50; pid < 54; pid++) {
		add_process(w, pid, "vmm", OLD);
		open_kvm(w, pid);
	}
	fake_write(cmdline, sizeof(cmdline), "%s/50/cmdline", w->root);
	fake_thread(w->root,
		&(struct fake_thread){
			.pid = 50, .tid = 150, .name = "CPU 0/KVM", .start = OLD, .cpu_ns = 7 });
	collect_after(w, 0);
	assert_int_equal(w->s->vm_count, 4);
	assert_false(find_vm(w, 50)->ended);
	remove_entry(w, "50");
	remove_entry(w, "51/task");
	remove_entry(w, "51/stat");
	remove_entry(w, "52/task/52/stat");
	remove_entry(w, "52/stat");
	fake_thread(
		w->root, &(struct fake_thread){
				 .pid = 53, .tid = 53, .name = "vmm", .state = 'Z', .start = OLD });
	collect_after(w, 1);
	assert_int_equal(w->s->vm_count, 4);
	assert_last_words(find_vm(w, 50), 2);
	assert_int_equal(find_thread(w, 50, 150)->kind, THREAD_VCPU);
	assert_string_equal(find_vm(w, 50)->name, "web");
	assert_int_equal(find_vm(w, 50)->config->machine.vcpus, 3);
	for (int pid = 51; pid < 54; pid++)
		assert_last_words(find_vm(w, pid), 1);
	for (unsigned i = 0; i < 3; i++) {
		collect_after(w, i);
		assert_int_equal(w->s->vm_count, 0);
		assert_true(w->s->sources[SOURCE_PROC].ok);
	}
}

/* kvmtop is out of descriptors: that says nothing about the VM. */
static void vm_that_cannot_be_read(void **state)
{
	struct world *w = *state;
	struct rlimit limit, none;

	add_process(w, 50, "vmm", OLD);
	open_kvm(w, 50);
	collect_after(w, 0);
	assert_int_equal(find_vm(w, 50)->threads[0].utime_ticks, 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){ 0, limit.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	for (int i = 0; i < 2; i++) {
		collect_after(w, 40);
		assert_int_equal(w->s->vm_count, 1);
		assert_false(w->s->vms[0].ended);
		assert_true(w->s->vms[0].threads[0].utime_ticks == SAMPLE_UNKNOWN);
	}
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	collect_after(w, 1);
	assert_int_equal(find_vm(w, 50)->threads[0].utime_ticks, 0);
}

/* The pid of a VM is used again, for a VM and for something else. */
static void pid_used_again(void **state)
{
	static const char cmdlines[][32] = { "qemu\0-name\0one\0-smp\0"
					     "3",
		"qemu\0-name\0two\0-smp\0"
		"5" };
	struct world *w = *state;

	for (int pid = 50; pid < 52; pid++) {
		add_process(w, pid, "vmm", OLD);
		open_kvm(w, pid);
	}
	fake_write(cmdlines[0], sizeof(cmdlines[0]), "%s/50/cmdline", w->root);
	collect_after(w, 0);
	assert_int_equal(w->s->vm_count, 2);
	assert_string_equal(find_vm(w, 50)->name, "one");
	assert_int_equal(find_vm(w, 50)->config->machine.vcpus, 3);
	assert_null(find_vm(w, 51)->config);
	add_process(w, 50, "vmm", NEW);
	fake_write(cmdlines[1], sizeof(cmdlines[1]), "%s/50/cmdline", w->root);
	add_process(w, 51, "bash", NEW);
	close_kvm(w, 51);
	collect_after(w, 1);
	assert_int_equal(w->s->vm_count, 3);
	for (size_t i = 0; i < w->s->vm_count; i++)
		assert_int_equal(w->s->vms[i].ended, w->s->vms[i].id.start_ticks == OLD);
	collect_after(w, 1);
	assert_int_equal(w->s->vm_count, 1);
	assert_int_equal(find_vm(w, 50)->id.start_ticks, NEW);
	assert_string_equal(find_vm(w, 50)->name, "two");
	assert_int_equal(find_vm(w, 50)->config->machine.vcpus, 5);
}

static void only_some_pids(void **state)
{
	static const pid_t only[] = { 51, 52, 4711 };
	struct world *w = *state;

	source_close(w->source);
	w->source =
		proc_open(&(struct proc_config){ .root = w->root, .only = only, .only_count = 3 });
	for (int pid = 50; pid < 53; pid++)
		add_process(w, pid, "qemu-system-x86", NEW);
	open_kvm(w, 50);
	open_kvm(w, 51);
	collect_after(w, 0);
	assert_int_equal(w->s->vm_count, 1);
	assert_non_null(find_vm(w, 51));
	assert_true(w->s->sources[SOURCE_PROC].ok);
}

/* Carries out collect_after() as a user who may not read other users' descriptors. */
static void collect_as_user(struct world *w)
{
	bool root = geteuid() == 0;

	if (root)
		assert_int_equal(seteuid(65534), 0);
	collect_after(w, 1);
	if (root)
		assert_int_equal(seteuid(0), 0);
}

static void protect(struct world *w, int pid, mode_t mode)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%d/fd", w->root, pid);
	assert_int_equal(chmod(path, mode), 0);
}

static void without_permission(void **state)
{
	static const char renamed[] = "/usr/libexec/qemu-kvm\0-name\0web";
	struct world *w = *state;

	add_process(w, 50, "qemu-system-x86", OLD);
	add_process(w, 51, "web", OLD);
	add_process(w, 52, "bash", OLD);
	add_process(w, 53, "cloud-hyperviso", OLD);
	fake_write(renamed, sizeof(renamed), "%s/51/cmdline", w->root);
	for (int pid = 50; pid < 53; pid++)
		protect(w, pid, 0);
	collect_as_user(w);
	assert_int_equal(w->s->vm_count, 2);
	assert_non_null(find_vm(w, 50));
	assert_string_equal(find_vm(w, 51)->name, "web");
	assert_false(w->s->sources[SOURCE_PROC].ok);
	assert_non_null(strstr(w->s->sources[SOURCE_PROC].why, "run `sudo kvmtop`"));
	assert_int_equal(find_vm(w, 50)->kvm, TRI_UNKNOWN);
	/* Who may see that they have none of KVM's sees the same, and that their guests are emulated. */
	for (int pid = 50; pid < 53; pid++)
		protect(w, pid, 0755);
	collect_after(w, 31);
	assert_int_equal(w->s->vm_count, 2);
	assert_int_equal(find_vm(w, 50)->kvm, TRI_NO);
	assert_int_equal(find_vm(w, 51)->kvm, TRI_NO);
	assert_true(w->s->sources[SOURCE_PROC].ok);
	open_kvm(w, 50);
	collect_after(w, 31);
	assert_int_equal(find_vm(w, 50)->kvm, TRI_YES);
}

/* Mounted with hidepid, /proc does not even show the others. */
static void without_the_others(void **state)
{
	struct world *w = *state;

	remove_entry(w, "1");
	collect_as_user(w);
	assert_false(w->s->sources[SOURCE_PROC].ok);
	assert_non_null(strstr(w->s->sources[SOURCE_PROC].why, "VMs of other users are not seen"));
}

/* "-id 100": the number stands in commands that change VM 100, so that Proxmox VE's own pid file has to say which
 * process that is. It may come after the process, and another process may say the same. */
static void proxmox_ids(void **state)
{
	static const char cmdline[] = "/usr/bin/kvm\0-id\000100\0-name\0web1\0-chardev\0"
				      "socket,id=qmp,path=/var/run/qemu-server/100.qmp";
	static const struct {
		const char *pid_file; /* NULL: none */
		mode_t mode;
		const char *ids[2]; /* of 50 and 60 */
	} cases[] = {
		{ NULL, 0, { "", "" } },
		{ "4711\n", 0600, { "", "" } },
		{ "50\n", 0666, { "", "" } },
		{ "50\n", 0600, { "100", "" } },
		{ "60\n", 0600, { "", "100" } },
	};
	struct world *w = *state;
	DIR *root = opendir(w->root);
	char folder[80], path[96];

	snprintf(folder, sizeof(folder), "%s/qemu-server", w->root);
	snprintf(path, sizeof(path), "%s/100.pid", folder);
	for (int pid = 50; pid <= 60; pid += 10) {
		add_process(w, pid, "kvm", OLD);
		open_kvm(w, pid);
		fake_write(cmdline, sizeof(cmdline), "%s/%d/cmdline", w->root, pid);
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct proc_vms v = { .qemu_server = folder, .qemu_server_owner = geteuid() };

		unlink(path);
		proc_vm_scan(&v, root, w->now_ns, 1000);
		if (cases[i].pid_file) {
			fake_write(cases[i].pid_file, strlen(cases[i].pid_file), "%s", path);
			assert_int_equal(chmod(path, cases[i].mode), 0);
		}
		/* Old processes are looked at again every 30 s. */
		proc_vm_scan(&v, root, w->now_ns + 31 * NS_PER_S, 1031);
		assert_int_equal(v.found_count, 2);
		for (size_t k = 0; k < 2; k++) {
			const struct proc_process *p = v.found[k];

			assert_int_equal(p->config.stack, DOMAIN_STACK_PROXMOX);
			assert_string_equal(p->config.stack_id, cases[i].ids[p->id.pid == 60]);
		}
		proc_vm_fini(&v);
	}
	closedir(root);
}

static void no_proc(void **state)
{
	struct world *w = *state;

	source_close(w->source);
	fake_remove(w->root);
	w->source = proc_open(&(struct proc_config){ .root = w->root });
	collect_after(w, 0);
	assert_false(w->s->sources[SOURCE_PROC].ok);
	assert_non_null(strstr(w->s->sources[SOURCE_PROC].why, w->root));
	assert_int_equal(w->s->vm_count, 0);
	assert_int_equal(mkdir(w->root, 0755), 0);
	fake_write("web1\n", 5, "%s/sys/kernel/hostname", w->root);
	collect_after(w, 1);
	assert_string_equal(w->s->host.name, "web1");
}

int main(void)
{
	/* What nobody has set is not 0 by chance. */
#ifdef M_PERTURB /* not in every C library */
	mallopt(M_PERTURB, 0xa5);
#endif
	const struct CMUnitTest tests[] = {
		TEST(vm_with_its_threads),
		TEST(vm_without_a_name),
		TEST(vm_behind_many_descriptors),
		TEST(vcpus_by_their_descriptors),
		TEST(probe_is_no_vm),
		TEST(emulated_or_not_yet),
		TEST(vm_that_opens_kvm_late),
		TEST(vm_no_more),
		TEST(vm_is_remembered),
		TEST(vm_that_ends),
		TEST(vm_that_cannot_be_read),
		TEST(pid_used_again),
		TEST(only_some_pids),
		TEST(without_permission),
		TEST(without_the_others),
		TEST(proxmox_ids),
		TEST(no_proc),
	};

	return cmocka_run_group_tests_name("proc", tests, NULL, NULL);
}
