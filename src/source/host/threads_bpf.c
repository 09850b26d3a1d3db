#include "source/host/threads_bpf.h"

#include <errno.h>

#ifdef HAVE_BPF

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/map.h"
#include "core/mem.h"
#include "source/bpf_load.h"
#include "source/host/pid_namespace.h"

/* More than the kernel hands over at once (8 pages of an iterator's buffer). */
#define READ_SIZE 65536

/* A requested process: its threads are sorted[first] and those behind it. */
struct process {
	uint32_t pid;
	size_t first, count;
};

struct threads_bpf {
	struct bpf_object *object;
	struct bpf_link *link;
	struct bpf_thread_control *control; /* the program's memory */

	struct process *processes;
	size_t process_count, process_capacity;
	bool was_read;     /* the next request begins a new list */
	struct map by_pid; /* number of a process, from 1 on */

	struct bpf_thread_row *rows; /* as read */
	size_t row_count, row_capacity;
	const struct bpf_thread_row **sorted; /* by process, and in it by age */
	size_t sorted_capacity;
};

/* In a namespace of its own /proc has other process numbers or start times than the kernel. */
static bool is_in_namespace(void)
{
	return pid_namespace_number(PID_NAMESPACE_PATH) ||
	       time_namespace_number(TIME_NAMESPACE_PATH);
}

static int load(struct threads_bpf *b)
{
	struct bpf_program *program;
	int error;

	bpf_load_quietly();
	b->object = bpf_load_open(bpf_objects_threads());
	if (!b->object)
		return -errno;
	error = bpf_object__load(b->object);
	if (error)
		return error;
	program = bpf_object__find_program_by_name(b->object, "list_threads");
	b->control = bpf_load_memory(b->object, ".bss", sizeof *b->control);
	b->link = program ? bpf_program__attach_iter(program, NULL) : NULL;
	if (!b->control)
		return -ENOMEM;
	return b->link ? 0 : -errno;
}

int threads_bpf_open(struct threads_bpf **out)
{
	struct threads_bpf *b;
	int error;

	if (is_in_namespace())
		return -ENOTSUP;
	b = mem_calloc(1, sizeof *b);
	error = load(b);
	if (error)
		threads_bpf_close(b);
	else
		*out = b;
	return error;
}

void threads_bpf_close(struct threads_bpf *b)
{
	if (!b)
		return;
	bpf_link__destroy(b->link);
	if (b->control)
		munmap(b->control, sizeof *b->control);
	bpf_object__close(b->object);
	map_fini(&b->by_pid);
	free(b->processes);
	free(b->rows);
	free(b->sorted);
	free(b);
}

static void begin_list(struct threads_bpf *b)
{
	map_fini(&b->by_pid);
	b->process_count = 0;
	b->was_read = false;
}

void threads_bpf_request(struct threads_bpf *b, pid_t pid)
{
	const uint32_t number = (uint32_t)pid;

	if (b->was_read)
		begin_list(b);
	if (pid <= 0 || number >= BPF_PIDS || map_get(&b->by_pid, number))
		return;
	b->processes = mem_grow(
		b->processes, b->process_count, &b->process_capacity, sizeof *b->processes);
	b->processes[b->process_count++] = (struct process){ .pid = number };
	map_put(&b->by_pid, number, (void *)(uintptr_t)b->process_count);
	b->control->wanted[number / 32] |= 1u << number % 32;
}

static struct process *find_process(const struct threads_bpf *b, uint32_t pid)
{
	const uintptr_t number = (uintptr_t)map_get(&b->by_pid, pid);

	return number ? &b->processes[number - 1] : NULL;
}

static int read_rows(struct threads_bpf *b, int fd)
{
	size_t bytes = 0;
	ssize_t n;

	do {
		if (b->row_capacity * sizeof *b->rows - bytes < READ_SIZE) {
			b->row_capacity = 2 * b->row_capacity + READ_SIZE / sizeof *b->rows + 1;
			b->rows = mem_resize(b->rows, b->row_capacity, sizeof *b->rows);
		}
		n = read(fd, (char *)b->rows + bytes, b->row_capacity * sizeof *b->rows - bytes);
		if (n > 0)
			bytes += (size_t)n;
		/* EAGAIN: it walked a million threads, none of which was requested. */
	} while (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)));
	b->row_count = bytes / sizeof *b->rows;
	return n < 0 ? -errno : 0;
}

static int compare_age(const void *a, const void *b)
{
	const struct bpf_thread_row *one = *(const struct bpf_thread_row *const *)a;
	const struct bpf_thread_row *two = *(const struct bpf_thread_row *const *)b;

	if (one->start_ns != two->start_ns)
		return one->start_ns < two->start_ns ? -1 : 1;
	return one->tid < two->tid ? -1 : one->tid > two->tid;
}

/* The kernel tells threads by their number, which is nearly always their order. */
static void sort_by_age(const struct bpf_thread_row **rows, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (compare_age(&rows[i - 1], &rows[i]) > 0) {
			qsort(rows, count, sizeof *rows, compare_age);
			return;
		}
	}
}

/* Puts the rows of each process side by side. */
static void sort_rows(struct threads_bpf *b)
{
	struct process *p;
	size_t first = 0;

	if (b->sorted_capacity < b->row_capacity) {
		b->sorted_capacity = b->row_capacity;
		b->sorted =
			mem_resize(b->sorted, b->sorted_capacity, sizeof(struct bpf_thread_row *));
	}
	for (size_t i = 0; i < b->process_count; i++)
		b->processes[i].count = 0;
	for (size_t i = 0; i < b->row_count; i++) {
		p = find_process(b, b->rows[i].pid);
		if (p)
			p->count++;
	}
	for (size_t i = 0; i < b->process_count; i++) {
		b->processes[i].first = first;
		first += b->processes[i].count;
		b->processes[i].count = 0;
	}
	for (size_t i = 0; i < b->row_count; i++) {
		p = find_process(b, b->rows[i].pid);
		if (p)
			b->sorted[p->first + p->count++] = &b->rows[i];
	}
	for (size_t i = 0; i < b->process_count; i++)
		sort_by_age(&b->sorted[b->processes[i].first], b->processes[i].count);
}

int threads_bpf_read(struct threads_bpf *b)
{
	int fd, error;

	if (b->was_read)
		begin_list(b);
	b->was_read = true;
	b->row_count = 0;
	b->control->walked = 0;
	fd = bpf_iter_create(bpf_link__fd(b->link));
	error = fd < 0 ? fd : read_rows(b, fd);
	if (fd >= 0)
		close(fd);
	for (size_t i = 0; i < b->process_count; i++)
		b->control->wanted[b->processes[i].pid / 32] = 0;
	if (error)
		b->row_count = 0;
	sort_rows(b);
	return error;
}

const struct bpf_thread_row *const *threads_bpf_of(
	const struct threads_bpf *b, pid_t pid, size_t *count)
{
	const struct process *p = pid > 0 ? find_process(b, (uint32_t)pid) : NULL;

	*count = p ? p->count : 0;
	return p ? &b->sorted[p->first] : NULL;
}

uint32_t threads_bpf_walked(const struct threads_bpf *b)
{
	return b->control->walked;
}

#else

int threads_bpf_open(struct threads_bpf **out)
{
	(void)out;
	return -ENOTSUP;
}

void threads_bpf_close(struct threads_bpf *b)
{
	(void)b;
}

void threads_bpf_request(struct threads_bpf *b, pid_t pid)
{
	(void)b;
	(void)pid;
}

int threads_bpf_read(struct threads_bpf *b)
{
	(void)b;
	return -ENOTSUP;
}

const struct bpf_thread_row *const *threads_bpf_of(
	const struct threads_bpf *b, pid_t pid, size_t *count)
{
	(void)b;
	(void)pid;
	*count = 0;
	return NULL;
}

uint32_t threads_bpf_walked(const struct threads_bpf *b)
{
	(void)b;
	return 0;
}

#endif
