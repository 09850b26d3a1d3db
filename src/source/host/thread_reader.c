#include "source/host/thread_reader.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/host/proc_file.h"

/* Measured by tests/bench/bench_threads.c (make bench) with sleeping threads, on x86-64 and Linux 6.18; of running threads
 * more files are read. Only the proportions matter here. */
enum cost_ns {
	FILES_PROCESS_NS = 8200,
	FILES_THREAD_NS = 3400,
	BPF_HOST_THREAD_NS = 140,
	BPF_THREAD_NS = 190,
	BPF_LOAD_NS = 15000000,
};

/* After so many collects loading is to have paid. */
#define COLLECTS 60

bool thread_reader_prefers_bpf(const struct thread_load *load, bool is_open)
{
	const uint64_t files_ns =
		(uint64_t)load->vms * FILES_PROCESS_NS + (uint64_t)load->threads * FILES_THREAD_NS;
	const uint64_t bpf_ns = (uint64_t)load->host_threads * BPF_HOST_THREAD_NS +
				(uint64_t)load->threads * BPF_THREAD_NS +
				(is_open ? 0 : BPF_LOAD_NS / COLLECTS);

	return bpf_ns < files_ns;
}

/* "0.20 0.18 0.12 1/80 11206": 80 threads on this host. 0: it does not say. */
static size_t count_host_threads(int root)
{
	char text[128];
	const char *slash;

	if (proc_file_read(root, "loadavg", text, sizeof text) <= 0)
		return 0;
	slash = strchr(text, '/');
	return slash ? strtoul(slash + 1, NULL, 10) : 0;
}

/* VMs that were just found count without their threads. */
static struct thread_load load_of(const struct proc_vms *vms, int root)
{
	struct thread_load load = { .host_threads = count_host_threads(root) };

	for (size_t i = 0; i < vms->found_count; i++) {
		if (vms->found[i]->role != PROC_ROLE_VM)
			continue;
		load.vms++;
		load.threads += vms->found[i]->threads.count;
	}
	return load;
}

static bool is_bpf_wanted(const struct thread_reader *r, const struct proc_vms *vms, int root)
{
	struct thread_load load;

	if (r->way != PROC_THREADS_CHEAPEST)
		return r->way == PROC_THREADS_BPF;
	load = load_of(vms, root);
	return load.host_threads && thread_reader_prefers_bpf(&load, r->bpf != NULL);
}

const struct threads_bpf *thread_reader_collect(
	struct thread_reader *r, const struct proc_vms *vms, int root)
{
	if (r->is_refused || !is_bpf_wanted(r, vms, root))
		return NULL;
	if (!r->bpf && threads_bpf_open(&r->bpf)) {
		r->is_refused = true;
		return NULL;
	}
	for (size_t i = 0; i < vms->found_count; i++) {
		const struct proc_process *p = vms->found[i];

		if (p->role == PROC_ROLE_VM || p->role == PROC_ROLE_HELPER)
			threads_bpf_request(r->bpf, p->id.pid);
	}
	/* It fails when kvmtop is out of descriptors: the next collect may not be. */
	return threads_bpf_read(r->bpf) ? NULL : r->bpf;
}

void thread_reader_fini(struct thread_reader *r)
{
	threads_bpf_close(r->bpf);
	r->bpf = NULL;
}
