/* proc: the source on the real /proc, with a real VM where this machine can run one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "patience.h"
#include "sample/sample.h"
#include "source/host/proc.h"

#define DEADLINE_NS PATIENCE_NS
#define UUID "c7a5fdbd-edaf-9455-926a-d65c16db1809"

static bool is_kvm_usable(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int vm = kvm < 0 ? -1 : ioctl(kvm, KVM_CREATE_VM, 0);

	if (vm >= 0)
		close(vm);
	if (kvm >= 0)
		close(kvm);
	return vm >= 0;
}

struct world {
	struct source *source;
	struct sample *s; /* of the last collect */
	pid_t qemu;       /* 0: not running */
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->source = proc_open(&(struct proc_config){ .root = "/proc" });
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	if (w->qemu) {
		kill(w->qemu, SIGKILL);
		waitpid(w->qemu, NULL, 0);
	}
	source_close(w->source);
	sample_free(w->s);
	free(w);
	return 0;
}

static void collect(struct world *w)
{
	sample_free(w->s);
	w->s = sample_new();
	source_collect(w->source, w->s);
}

/* Starts a VM that does nothing. */
static void start_qemu(struct world *w)
{
	w->qemu = fork();
	assert_true(w->qemu >= 0);
	if (w->qemu == 0) {
		int null = open("/dev/null", O_RDWR);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execlp("qemu-system-x86_64", "qemu-system-x86_64", "-accel", "kvm", "-machine",
			"pc", "-m", "32", "-smp", "2", "-display", "none", "-S", "-uuid", UUID,
			"-name", "guest=kvmtop-test,debug-threads=on", (char *)NULL);
		_exit(127);
	}
}

/* Fails when QEMU has ended by itself; where it is not installed, there is nothing to test. */
static void check_qemu(struct world *w)
{
	int status;

	if (waitpid(w->qemu, &status, WNOHANG) == 0)
		return;
	w->qemu = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		skip();
	fail_msg("QEMU ended with status %#x", (unsigned)status);
}

static const struct sample_vm *find_vm(const struct sample *s, pid_t pid)
{
	for (size_t i = 0; i < s->vm_count; i++) {
		if (s->vms[i].id.pid == pid)
			return &s->vms[i];
	}
	return NULL;
}

static const struct sample_thread *find_vcpu(const struct sample_vm *vm, int vcpu)
{
	for (size_t i = 0; vm && i < vm->thread_count; i++) {
		if (vm->threads[i].kind == THREAD_VCPU && vm->threads[i].vcpu == vcpu)
			return &vm->threads[i];
	}
	return NULL;
}

/* The host's figures are there, and make sense. */
static void host_figures(void **state)
{
	struct world *w = *state;
	const struct sample_host *host;

	collect(w);
	host = &w->s->host;
	assert_true(host->name[0] != '\0');
	assert_true(host->cpus >= 1);
	assert_true(host->uptime_s > 0);
	assert_true(host->load[0] >= 0);
	assert_int_not_equal(host->user_ticks, SAMPLE_UNKNOWN);
	assert_int_not_equal(host->memory_kib, SAMPLE_UNKNOWN);
	assert_true(host->memory_available_kib <= host->memory_kib);
}

static void real_vm(void **state)
{
	struct world *w = *state;
	uint64_t deadline_ns = clock_mono_ns() + DEADLINE_NS;
	const struct sample_vm *vm;
	siginfo_t info;

	if (!is_kvm_usable())
		skip();
	collect(w); /* the VM is to be found by a later one */
	start_qemu(w);
	do {
		assert_true(clock_mono_ns() < deadline_ns);
		check_qemu(w);
		poll(NULL, 0, 20);
		collect(w);
		vm = find_vm(w->s, w->qemu);
	} while (!find_vcpu(vm, 1));

	assert_true(vm->id.start_ticks > 0);
	assert_string_equal(vm->name, "kvmtop-test");
	assert_string_equal(vm->uuid, UUID);
	assert_true(vm->thread_count >= 3);
	assert_non_null(find_vcpu(vm, 0));
	assert_int_not_equal(find_vcpu(vm, 0)->cpu_ns, 0);
	assert_int_equal(vm->threads[0].kind, THREAD_EMULATOR);

	kill(w->qemu, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)w->qemu, &info, WEXITED | WNOWAIT), 0);
	collect(w);
	vm = find_vm(w->s, w->qemu); /* a zombie is no VM */
	assert_true(vm && vm->ended);
	assert_non_null(find_vcpu(vm, 1));
	assert_true(find_vcpu(vm, 1)->cpu_ns == SAMPLE_UNKNOWN);
	collect(w);
	assert_null(find_vm(w->s, w->qemu));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(host_figures, set_up, tear_down),
		cmocka_unit_test_setup_teardown(real_vm, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("proc_live", tests, NULL, NULL);
}
