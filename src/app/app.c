#include "app/app.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/open_changes.h"
#include "app/proof.h"
#include "core/clock.h"
#include "model/off.h"
#include "record/record.h"
#include "source/host/facts.h"
#include "source/host/host_detail.h"
#include "source/host/pid_namespace.h"
#include "source/host/proc.h"
#include "source/libvirt/libvirt.h"
#include "source/libvirt/libvirt_place.h"
#include "source/libvirt/libvirt_uri.h"
#include "source/perf/kvm_events.h"
#include "source/perf/samples.h"
#include "source/recording/recording.h"
#include "source/replay/replay.h"
#include "source/trace/trace.h"
#include "source/tracefs/trace_instance.h"
#include "source/tracefs/trace_probe.h"

/* Where tracefs will be when it is mounted later. */
#define TRACEFS_USUAL "/sys/kernel/tracing"

/* Is a file looked at, not this host? */
static bool has_file(const struct options *o)
{
	return o->recording || o->replay;
}

/* Is another host looked at? Only who says so looks at it: $LIBVIRT_DEFAULT_URI is set for other programs. Who chooses
 * processes has them here, and libvirt's test driver may define what they are. */
static bool is_remote(const struct options *o)
{
	return o->uri && !o->pid_count && libvirt_uri_is_elsewhere(o->uri);
}

/* Nothing of this host is looked at, so nothing has to be undone but the screen. */
static int open_recording(struct app *a, bool screen, char *why, size_t size)
{
	const struct options *o = a->options;
	const int error =
		o->replay ? replay_open(&a->sources[APP_TAPE], o->replay, why, size)
			  : recording_open(&a->sources[SOURCE_TRACING], o->recording, why, size);

	if (!error && screen)
		guard_start(&a->guard, NULL, screen);
	else
		a->guard =
			(struct guard){ .pid = -1, .pipe = -1, .errors = -1, .saved_stderr = -1 };
	return error;
}

static struct source *open_libvirt(const struct options *o, const char *run_dir)
{
	return (o->read_only ? libvirt_open_read_only : libvirt_open)(o->uri, run_dir);
}

/* Another host: libvirt is all there is of it, and nothing here has to be undone but the screen. */
static void open_remote(struct app *a, bool screen)
{
	if (screen)
		guard_start(&a->guard, NULL, screen);
	else
		a->guard =
			(struct guard){ .pid = -1, .pipe = -1, .errors = -1, .saved_stderr = -1 };
	a->sources[SOURCE_LIBVIRT] = open_libvirt(a->options, NULL);
}

static void open_host(struct app *a, bool screen)
{
	const struct options *o = a->options;
	const uint32_t pid_namespace = pid_namespace_number(PID_NAMESPACE_PATH);
	char tracefs[256], instance_name[64], instance[384], *run_dir;

	if (trace_probe_find("/proc/mounts", tracefs, sizeof tracefs))
		snprintf(tracefs, sizeof tracefs, "%s", TRACEFS_USUAL);
	trace_instance_name(instance_name, sizeof instance_name);
	snprintf(instance, sizeof instance, "%s/instances/%s", tracefs, instance_name);
	/* Before the first thread: a process with threads must not just fork. */
	guard_start(&a->guard, instance, screen);
	/* Whose an instance is its name says by a process id: that of the host's kvmtop is nobody's in a container. */
	if (!pid_namespace)
		trace_instance_remove_leftovers(tracefs);
	a->sources[SOURCE_PROC] = proc_open(&(struct proc_config){ .root = "/proc",
		.only = o->pid_count ? o->pids : NULL,
		.only_count = o->pid_count,
		.threads = PROC_THREADS_CHEAPEST });
	a->sources[APP_FACTS] =
		facts_open(&(struct facts_config){ .foreign_pids = pid_namespace != 0 });
	a->sources[APP_HOST] = host_detail_open("/");
	a->sources[SOURCE_TRACING] = trace_open(&(struct trace_config){ .method = o->tracer,
		.tracefs = tracefs,
		.limits = o->budget,
		.pid_namespace = pid_namespace });
	run_dir = libvirt_place_run_dir(libvirt_uri(o->uri));
	a->sources[SOURCE_LIBVIRT] = open_libvirt(o, run_dir);
	free(run_dir);
	a->sources[APP_SAMPLES] = samples_open("/proc");
	a->sources[APP_KVM_EVENTS] =
		kvm_events_open(&(struct kvm_events_config){ .tracefs = tracefs });
}

static int open_record(struct app *a, char *why, size_t size)
{
	const struct options *o = a->options;
	const struct record_options config = {
		.path = o->record,
		.max_bytes = o->record_max_bytes,
		.anonymize = o->anonymize,
		.interval_s = o->delay_s,
	};

	return o->record ? record_open(&a->record, &config, why, size) : 0;
}

static int open_sources(struct app *a, bool screen, char *why, size_t size)
{
	int error;

	if (has_file(a->options))
		return open_recording(a, screen, why, size);
	error = open_record(a, why, size);
	if (!error && is_remote(a->options))
		open_remote(a, screen);
	else if (!error)
		open_host(a, screen);
	return error;
}

int app_init(struct app *a, const struct options *o, bool screen, char *why, size_t size)
{
	int error;

	*a = (struct app){ .options = o };
	error = signals_open(&a->signals);
	if (error) {
		snprintf(why, size, "signals cannot be read: %s", strerror(-error));
		return error;
	}
	error = open_sources(a, screen, why, size);
	if (error) {
		signals_close(&a->signals);
		return error;
	}
	a->model = model_new();
	/* Who calls VMs by name wants these, whether they run or not. */
	off_list_all(a->model, o->all || o->vm_count || o->advise_vm);
	/* What is done while a recording plays is nobody's state. */
	if (o->replay)
		snprintf(a->folder_why, sizeof a->folder_why, "a recording is played");
	else if (state_folder(a->folder, a->folder_why, sizeof a->folder_why))
		a->folder[0] = '\0';
	if (!has_file(o) && !o->pid_count)
		open_changes_read(a->model, a->folder);
	if (!has_file(o))
		proof_load(a->model, a->folder, a->baselines_why, sizeof a->baselines_why);
	return 0;
}

/* All that the model gets. A full disk ends the recording, and nothing else. */
static void record_sample(struct app *a, const struct sample *s)
{
	char why[160];

	if (!a->record || !record_add(a->record, s, why, sizeof why))
		return;
	record_close(a->record);
	a->record = NULL;
	snprintf(a->record_why, sizeof a->record_why, "recording has ended: %s", why);
}

static void use_sample(struct app *a, struct sample *s)
{
	struct timespec t;

	/* The time a recording covers is not the time in which it is read. */
	if (!has_file(a->options)) {
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
		s->own_cpu_ns = (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
	}
	record_sample(a, s);
	model_update(a->model, s);
}

void app_ask_rules(struct app *a)
{
	findings_fini(&a->findings);
	advice_run(a->model, &a->findings);
}

void app_first_look(struct app *a)
{
	struct sample *s = sample_new();

	source_collect(a->sources[a->sources[SOURCE_PROC] ? SOURCE_PROC : SOURCE_LIBVIRT], s);
	use_sample(a, s);
	app_ask_rules(a);
}

bool app_is_remote(const struct app *a)
{
	return !has_file(a->options) && is_remote(a->options);
}

static void make_due(struct app *a, int i)
{
	a->work_ns[i] = a->next_work_ns = 0;
}

/* What a look has found may be to work on. */
static void end_waiting_for_look(struct app *a)
{
	for (int i = 0; i < APP_SOURCES; i++)
		if (a->sources[i] && a->work_ns[i] == UINT64_MAX)
			make_due(a, i);
}

void app_pass(struct app *a)
{
	/* Later ones see what earlier ones found. */
	static const int order[APP_SOURCES] = { SOURCE_PROC, APP_FACTS, SOURCE_TRACING,
		SOURCE_LIBVIRT, APP_SAMPLES, APP_KVM_EVENTS, APP_HOST, APP_TAPE };
	struct sample *s = sample_new();

	for (int i = 0; i < APP_SOURCES; i++)
		if (a->sources[order[i]])
			source_collect(a->sources[order[i]], s);
	use_sample(a, s);
	/* A file's work has its own time. */
	if (!has_file(a->options))
		end_waiting_for_look(a);
}

void app_tick(struct app *a)
{
	app_pass(a);
	app_ask_rules(a);
}

void app_look_at(struct app *a, pid_t pid, bool details)
{
	if (!a->sources[SOURCE_TRACING] || has_file(a->options))
		return;
	trace_select(a->sources[SOURCE_TRACING], pid);
	trace_want_details(a->sources[SOURCE_TRACING],
		details || advice_wants_details(a->model, &a->findings));
}

/* What has a place for each figure wants all that is cheap: a recording, JSON and CSV. */
static unsigned always_wanted(const struct options *o)
{
	const bool all = o->record || (o->batch && o->form.format != REPORT_TEXT);

	return o->with | (all ? WANT_DEVICES : 0);
}

/* What is read of one VM alone; all else is of all of them. */
static bool is_of_vm(unsigned what)
{
	return what & ~(unsigned)(WANT_DEVICES | WANT_HALTS);
}

bool app_want(struct app *a, unsigned what, struct vm_id vm)
{
	const struct sample_wants before = a->wants;

	a->wants = (struct sample_wants){ what | always_wanted(a->options), vm };
	if (a->wants.what == before.what && vm_id_equal(vm, before.vm))
		return false;
	for (int i = 0; i < APP_SOURCES; i++) {
		if (!a->sources[i] || !a->sources[i]->ops->want)
			continue;
		source_want(a->sources[i], &a->wants);
		make_due(a, i); /* to close is work, too */
	}
	return a->wants.what & ~before.what ||
	       (is_of_vm(a->wants.what) && !vm_id_equal(vm, before.vm));
}

void app_work(struct app *a)
{
	const uint64_t now = clock_mono_ns();

	a->next_work_ns = UINT64_MAX;
	for (int i = 0; i < APP_SOURCES; i++) {
		if (!a->sources[i])
			continue;
		if (a->work_ns[i] <= now) {
			const int ms = source_work(a->sources[i]);

			a->work_ns[i] =
				ms < 0 ? UINT64_MAX : clock_mono_ns() + (uint64_t)ms * NS_PER_MS;
		}
		if (a->work_ns[i] < a->next_work_ns)
			a->next_work_ns = a->work_ns[i];
	}
}

void app_work_early(struct app *a)
{
	for (int i = 0; i < APP_SOURCES; i++)
		if (a->sources[i] && source_descriptor(a->sources[i]) >= 0)
			make_due(a, i);
}

int app_work_descriptor(const struct app *a)
{
	int fd = -1;

	for (int i = 0; i < SOURCE__COUNT && fd < 0; i++)
		fd = a->sources[i] ? source_descriptor(a->sources[i]) : -1;
	return fd;
}

void app_close_sources(struct app *a)
{
	for (int i = 0; i < APP_SOURCES; i++) {
		source_close(a->sources[i]);
		a->sources[i] = NULL;
	}
}

void app_fini(struct app *a)
{
	app_close_sources(a);
	record_close(a->record);
	findings_fini(&a->findings);
	model_free(a->model);
	guard_stop(&a->guard);
	signals_close(&a->signals);
}
