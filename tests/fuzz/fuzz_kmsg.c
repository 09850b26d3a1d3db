/* Arbitrary text as records of the kernel's log. An input is records, each behind two bytes: its length,
 * and which outcome of a read comes instead of it, if any. */
#include "fuzz.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample/sample.h"
#include "source/host/kmsg.h"
#include "take.h"

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_line(const char *record, size_t length)
{
	struct kmsg_line line;
	const enum kmsg_kind kind = kmsg_parse(&line, record, length);

	if (kind != KMSG_LISTED)
		return;
	require(line.pid >= 0 && line.kind < KERNEL_LOG_KIND__COUNT && strchr(record, ';'));
	require(line.text > record && line.text + line.length <= record + length);
	require(!memchr(line.text, '\n', line.length));
	if (kmsg_is_msr(&line))
		require(line.pid > 0 && line.direction && strstr(record, "kvm"));
}

/* In memory that ends where the record does. */
static bool feed_one(struct kmsg *k, struct take *t)
{
	static const int errors[] = { -EPIPE, -EAGAIN, -EINTR, -EINVAL, 0 };
	size_t length = take_byte(t);
	const uint8_t outcome = take_byte(t);
	char *bytes = take_bytes(t, &length), *record = mem_calloc(length + 1, 1);
	bool more;

	if (length)
		memcpy(record, bytes, length);
	check_line(record, length);
	if (outcome >= 0xf8)
		more = kmsg_take(k, record, errors[(outcome - 0xf8) % 5]);
	else
		more = kmsg_take(k, record, (ssize_t)length);
	free(record);
	free(bytes);
	return more;
}

static uint64_t lines_of(const struct sample_kernel_log *log)
{
	uint64_t lines = log->left_out;

	for (size_t i = 0; i < log->count; i++)
		lines += log->entries[i].count;
	return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct take t = { .at = data, .left = size };
	struct kmsg *k = kmsg_new("/proc/self/nowhere");
	struct sample *s = sample_new();
	uint64_t records = 0;

	while (t.left) {
		feed_one(k, &t);
		records++;
	}
	s->vms = arena_array(&s->arena, 1, sizeof *s->vms);
	s->vms[0] = sample_vm_unknown((struct vm_id){ .pid = 7 });
	s->vm_count = 1;
	kmsg_collect(k, s);
	require(s->vms[0].unhandled_msrs == SAMPLE_UNKNOWN || s->vms[0].unhandled_msrs <= records);
	require(lines_of(&s->kernel_log) <= records);
	sample_free(s);
	kmsg_free(k);
	return 0;
}

size_t fuzz_seed(unsigned number, uint8_t *out)
{
	static const char *const records[] = {
		"6,0,0,-;Linux version 6.1.0\n",
		"3,339,5140900,-;kvm [7]: vcpu0, guest rIP: 0xfffff8031f3d1a5c unhandled rdmsr: "
		"0x611\n",
		"3,340,5140901,-,caller=T9;kvm: kvm [7]: ignored wrmsr: 0x1a2 data 0x0\n "
		"SUBSYSTEM=x\n",
		"3,360,5140902,c;kvm_intel: kvm [7]: vcpu0, guest rIP: 0x1 Unhandled WRMSR(0x1d9) "
		"= 0x1\n",
		"3,361,5140903,-;kvm: 7: cpu0 unhandled wrmsr: 0x198 data 0\n",
		"3,362,5140904,-;SVM: kvm [7]: vcpu0, guest rIP: 0x1 unimplemented HWCR wrmsr: "
		"0x1\n",
		"0,363,5140905,-;watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [CPU 0/KVM:7]\n",
		"0,364,5140906,-;NMI watchdog: Watchdog detected hard LOCKUP on cpu 3\n",
		"3,365,5140907,-;INFO: task CPU 0/KVM:7 blocked for more than 120 seconds.\n",
		"4,366,5140908,-;x86/split lock detection: #AC: CPU 0/KVM/7 (guest) took a "
		"split_lock trap at address: 0x1\n",
		"3,367,5140909,-;Memory cgroup out of memory: Killed process 7 (qemu-kvm) total\n",
		"4,368,5140910,-;WARNING: CPU: 3 PID: 7 at arch/x86/kvm/x86.c:1 f+0x1/0x2 [kvm]\n",
		"4,369,5140911,-;WARNING: arch/x86/kvm/mmu/mmu.c:1 at f+0x1/0x2, CPU#3: CPU "
		"1/KVM/7\n",
		"4,370,5140912,-;clocksource: Marking clocksource 'tsc' as unstable\n",
	};
	const size_t count = sizeof records / sizeof *records;
	size_t length = 0;

	if (number > 1)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const size_t size = strlen(records[i]);

		out[length++] = (uint8_t)size;
		out[length++] = number && i == 3 ? 0xf8 : 0;
		memcpy(out + length, records[i], size);
		length += size;
	}
	out[length++] = 0;
	out[length++] = 0xf9;
	return length;
}
