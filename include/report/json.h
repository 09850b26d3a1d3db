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
 *                 texts such as "9.0.0"}},
 *  "recording": {"file", "note"}, null when this host is looked at; "time" is then the file's,
 *  "vms": [{..., "uuid", "state",
 *    "threads": [{..., "kind", "vcpu", "exits": [...]}],
 *    "exits": [{..., "sampled": are the figures scaled up from a part of the time?,
 *      "coarse": of KVM's own counters, where exits are not traced: samples and times are null,
 *      "overlaps": of these, are its exits in other rows, too?,
 *      "latency": [[shortest duration of a bucket in ns, exits in it], ...] (a VM's alone),
 *      "details": [{"kind": "port", "msr" or "mmio", "number", "direction": "in", "out", "read" or
 *        "write", "name": of device or MSR, every column but the reason, "sampled"}]}],
 *    "irq_lines": [{...}], null while they are not traced,
 *    "counters": {a member for each of struct vm_counters: what KVM counts itself, traced or not},
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
 *      "msrs_unknown", "usb": [model, null where none is told], "usb_tablet", "vcpus", "pinned",
 *      "hugepages", "nosharepages", "qemu_arguments": are there any in the XML?,
 *      "overrides": ["cpu", "clock", "machine" or "overcommit": what these decide]},
 *    "pending": true when the next start has another clock, hyperv or machine,
 *    "findings": [{"rule", "title", "severity", "confidence": "high", "medium" (likely) or "low"
 *        (possibly), "summary", "diagnosis", "evidence": [text],
 *      "folded": [{"rule", "title", "confidence", "evidence_at": the first of its evidence}], rules that
 *        have the same remedy, "caveat": what speaks against it, or what it cannot see,
 *      "remedies": [{"id", "title", "merit", "xml_diff", "command", "virt_xml": the same as a virt-xml
 *                    command, "stack_way": the way of "stack" to the same, "guest_commands", "qemu_arguments", "expect", "cost", "when_not",
 *                    "source", "why", "caveat", "pending"}]}],
 *    "baseline": {"time", "seconds", "cpu_pct", "guest_pct", "user_pct", "system_pct", "wait_pct",
 *      "exits_per_s", "now_exits_per_s", "reasons": [{"reason", "per_s", "now_per_s"}],
 *      "devices": [{"name", "per_s", "now_per_s"}],
 *      "findings": [{"rule", "summary", "per_s", "now_per_s", "verdict": "solved", "better",
 *        "not better", "still found" or null, "text"}]}, null when none was taken}],
 *  "sources": [{"name", "ok", "why"}]}
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
#define REPORT_JSON_SCHEMA "1.0"

/* The object in ASCII (other characters as \u escapes: nothing in it can act on a terminal), without
 * a newline; the caller frees it. NULL when memory is short. */
char *report_json(const struct model *m, const struct findings *f);

/* The advice as one such object: {"schema", "version", "time", "interval_s", "recording", "vms": [{"name", "uuid",
 * "pid", "cpu_pct", "exits_per_s", "pending", "findings", "baseline"}], "sources"}, its members as above.
 * only: the VM it is about; NULL: all. */
char *report_json_advice(const struct model *m, const struct findings *f, const struct vm *only);

#endif
