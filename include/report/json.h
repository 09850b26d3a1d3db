/* json: a tick as one JSON object on one line.
 *
 * What is unknown is null, never absent and never 0. VMs, threads and exits have a member for each row
 * of vm_columns, thread_columns and exit_columns, interrupt lines of irq_columns, named by its key;
 * figures of exits are those of the tick, sorted by samples. Besides:
 *
 * {"schema": REPORT_JSON_SCHEMA, "version", "time", "interval_s", "host": {a member for each of struct host,
 *    "tracing": {"details": are MSRs, addresses and interrupt lines traced?,
 *                "shed": "nothing", "details", "vms" or "time": what the budget does not allow,
 *                "only_pid": of the one VM that is traced, or null, "duty": share of the time,
 *                "budget_cpu_pct", "budget_events_per_s"},
 *    "platform": {a member for each of struct sample_platform: switches are true or false, versions
 *                 texts such as "9.0.0"},
 *    "details": null unless --with host asks for it, {
 *      "pressure": {"cpu", "memory", "io": {"some_pct", "full_pct": of the tick, "some_10s_pct", "full_10s_pct",
 *                   "some_60s_pct", "full_60s_pct"}},
 *      "thp", "halt_poll_grow", "halt_poll_grow_start_ns", "halt_poll_shrink", "cpus_online": "0-7", "huge_pages",
 *      "huge_pages_free", "huge_page_kib", "dirty_kib", "writeback_kib",
 *      "nodes": [{"number", "cpus", "memory_kib", "free_kib"}],
 *      "overcommit": {"vcpus", "vcpus_per_cpu", "vcpus_unknown": VMs that do not tell theirs, "memory_kib",
 *                     "memory_pct": of the host's, "memory_unknown"},
 *      "facts": [{"name", "text", "why": what is out of the ordinary, or null}]}},
 *  "recording": {"file", "note"}, null when this host is looked at; "time" is then the file's,
 *  "vms": [{..., "uuid", "running": false of one that is shut off and listed on request, "state", "managed_save": does the next start resume from a saved image?, "memory_snapshots":
 *      are there snapshots that hold the guest's memory?,
 *    "ended": since the tick before: exits are those up to its end, what it used is null,
 *    "domain_claim": null, or the domain whose UUID or name it has without being known to be it,
 *      {"domain": its name, "pid": the process that it is, or null},
 *    "threads": [{..., "kind", "vcpu", "exits": [...],
 *      "placement": null unless --with host asks for it and it was read, {"last_cpu", "node", "cpus": it may run on,
 *        "all" or "2-3", "cpu_count", "pinned", "nodes": of which it may take memory, "group": index in "groups",
 *        "remark": "throttled", "remote memory" or null}}],
 *    "threads": [{..., "kind", "vcpu", "exits": [...], "halts": likewise of the vCPU, with --with halts where
 *      libvirt tells it}],
 *    "exits": [{..., "sampled": are the figures scaled up from a part of the time?,
 *      "coarse": of KVM's own counters, where exits are not traced: samples and times are null,
 *      "overlaps": of these, are its exits in other rows, too?,
 *      "latency": [[shortest duration of a bucket in ns, exits in it], ...] (a VM's alone),
 *      "details": [{"kind": "port", "msr" or "mmio", "number", "direction": "in", "out", "read" or
 *        "write", "name": of device or MSR, every column but the reason, "sampled"}]}],
 *    "irq_lines": [{...}], null while they are not traced,
 *    "cgroup": null unless --with host asks for it, {"throttled_pct": the highest of
 *      "groups": [{"path", "version", "quota_cpus": a number or "max", "limit_path": whose quota that is,
 *        "throttled_pct": time held back, of one CPU, "throttled_periods_pct", "weight", "cpus", "memory_max_kib",
 *        "memory_high_kib": a number or "max"}]},
 *    "counters": {a member for each of struct vm_counters: what KVM counts itself, traced or not},
 *    "halts": {a member for each figure of halt_columns: what all vCPUs do in their halts}, null where it is not known,
 *    "devices": {"disks": [{a member for each of struct device_block}], "networks": [{likewise}], both null where
 *      libvirt tells nothing, "memory": {likewise}},
 *    "clock": {"offset", "timezone", "basis", "adjustment", "start", "timers": [{"name", "present",
 *              "tickpolicy", "track", "mode", "frequency_hz", "catchup_threshold", "catchup_slew",
 *              "catchup_limit"}]},
 *    "hyperv": {"mode", "features": {"relaxed": {"state": true},
 *               "spinlocks": {"state": true, "retries": 8191}, "vendor_id": {"state", "value"}, ...}},
 *    "machine": {"told_by": "libvirt" or "command line", "stack": "Proxmox VE", "stack_id": its own
 *      name of the VM, "type", "arch", "machine", "emulator", "os_id", "ovmf", "cpu_mode", "cpu_model",
 *      "invtsc", "nested", "cpu_pm", "kvm_hidden", "hint_dedicated", "poll_control", "pv_ipi",
 *      "dirty_ring", "dirty_ring_size", "pvspinlock", "apic_eoi", "pmu", "vmport", "rapl", "ioapic",
 *      "msrs_unknown", "usb": [model, null where none is told], "usb_tablet", "vcpus", "memory_kib", "pinned",
 *      "hugepages", "nosharepages", "qemu_arguments": are there any in the XML?,
 *      "overrides": ["cpu", "clock", "machine" or "overcommit": what these decide]},
 *    "pending": true when the next start has another clock, hyperv or machine,
 *    "findings": [{"rule", "title", "severity", "confidence": "high", "medium" (likely) or "low"
 *        (possibly), "summary", "diagnosis", "evidence": [text],
 *      "folded": [{"rule", "title", "confidence", "evidence_at": the first of its evidence}], rules that
 *        have the same remedy, "caveat": what speaks against it, or what it cannot see,
 *      "remedies": [{"id", "title", "merit", "xml_diff", "command", "virt_xml": the same as a virt-xml
 *                    command, "stack_way": the way of "stack" to the same, "guest_commands", "qemu_arguments", "expect", "cost", "needs" (null: nothing of other hosts), "when_not",
 *                    "source", "why", "caveat", "pending"}]}],
 *    "baseline": {"time", "seconds", "cpu_pct", "guest_pct", "user_pct", "system_pct", "wait_pct",
 *      "exits_per_s", "now_exits_per_s", "reasons": [{"reason", "per_s", "now_per_s"}],
 *      "devices": [{"name", "per_s", "now_per_s"}],
 *      "findings": [{"rule", "summary", "per_s", "now_per_s", "verdict": "solved", "better",
 *        "not better", "still found", "not in effect yet" or null, "text"}]}, null when none was taken}],
 *  "hot_symbols": {"pid", "ok": are samples taken?, "why" not, "notes": [sentences on what is not seen],
 *    "event": "cycles", "cpu-clock" or null, "hz", "samples", "lost", "threads", "threads_unseen", "loading": are
 *    names still being looked up?, "kernel_pct", "user_pct", "guest_pct", "rest_pct": of the last seconds, "kinds":
 *    {"vcpu_pct", "emulator_pct", "iothread_pct", "worker_pct", "vhost_pct", "kvm_pit_pct", "kernel_pct"},
 *    "symbols": [{a member for each row of symbol_columns, "space": "kernel", "user" or "guest", "kinds"}]}, null
 *    where they are not asked for (--with symbols),
 *  "kvm_events": {"why": why nothing is counted, or null, "note": why not all is, or null,
 *    "vm": {"pid", "name"}: whose, null while no VM is counted,
 *    "events": [{a member for each row of kvm_event_columns}], also of those that do not fire}, null while
 *    nobody wants them (--with events),
 *  "sources": [{"name", "ok", "why"}],
 *  "kernel_log": {"known": was it read to its end?, "why": why not, "lost": lines overwritten before they were read,
 *    "lost_before": likewise before kvmtop began, "left_out": lines without room in the list,
 *    "entries": [{"vm": its name, or null: of the host or of a VM that has ended, "pid", "kind":
 *      kernel_log_kind_name(), "direction": "read" or "write" of an MSR, "msr", "msr_name", "lines", "lines_per_s",
 *      "first" and "last": when such lines came, "text": of the last one, "answer": what to do}]}}
 *
 * "clock", "hyperv" and "machine" are the running guest's, null where its configuration is not known, but
 * for the "stack" of a VMM whose command line does not tell it; "state" of
 * a feature is null where the XML mentions it without one. "remedies" stand in the order of their "merit":
 * "advised", "fallback" (where the others are impossible), "not-advised" (a fallback that has no need to
 * be), "impossible" (on this host). */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "advice/findings.h"
#include "model/model.h"

/* Version of share/kvmtop.schema.json, which describes all of this: its second number counts what was added, its first
 * what was changed or taken away. */
#define REPORT_JSON_SCHEMA "1.2"

/* The object in ASCII (other characters as \u escapes: nothing in it can act on a terminal), without
 * a newline; the caller frees it. NULL when memory is short. */
char *report_json(const struct model *m, const struct findings *f);

/* The advice as one such object: {"schema", "version", "time", "interval_s", "recording", "vms": [{"name", "uuid",
 * "domain_claim", "pid", "running", "state", "cpu_pct", "exits_per_s", "pending", "findings", "baseline", "ended"}], "sources"}, its
 * members as above.
 * only: the VM it is about; NULL: all. */
char *report_json_advice(const struct model *m, const struct findings *f, const struct vm *only);

#endif
