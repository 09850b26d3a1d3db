/* domain_stats: what libvirt tells of a domain besides its configuration: CPU time, disks, network interfaces,
 * memory. Totals since the domain's start, SAMPLE_UNKNOWN where they are not told; each part says when it was
 * read, which is not at every sample. */
#ifndef SAMPLE_DOMAIN_STATS_H
#define SAMPLE_DOMAIN_STATS_H

#include <stddef.h>
#include <stdint.h>

/* cpu.time, cpu.user, cpu.system: of all threads. user_ns holds guest time. */
struct sample_domain_cpu {
	uint64_t time_ns; /* CLOCK_MONOTONIC; 0: never, and nothing is known */
	uint64_t cpu_ns, user_ns, system_ns;
};

/* block.N.*: a disk as the guest sees it. */
struct sample_block {
	char name[24]; /* the target: "vda" */
	uint64_t rd_requests, rd_bytes, rd_ns;
	uint64_t wr_requests, wr_bytes, wr_ns;
	uint64_t flushes, flush_ns;
};

/* net.N.*: an interface of the host that the guest has: what it receives is what the guest receives. */
struct sample_net {
	char name[24]; /* "vnet0" */
	uint64_t rx_bytes, rx_packets, rx_errors, rx_drops;
	uint64_t tx_bytes, tx_packets, tx_errors, tx_drops;
};

/* balloon.*: in KiB, but for the faults. Of current, maximum and rss the host knows; the guest's balloon driver
 * tells the others, where it was asked to. */
struct sample_memory {
	uint64_t current_kib, maximum_kib, rss_kib;
	uint64_t available_kib, unused_kib; /* of the guest: all of it, and what nothing uses */
	uint64_t swapped_in_kib, swapped_out_kib; /* of the guest, since its start */
	uint64_t major_faults;
};

struct sample_devices {
	uint64_t time_ns; /* as above */
	struct sample_memory memory;
	struct sample_block *blocks; /* of the sample's arena */
	size_t block_count;
	struct sample_net *nets;
	size_t net_count;
};

/* Memory, a disk, an interface of which nothing is known but its name, to be filled in. */
struct sample_memory sample_memory_unknown(void);
struct sample_block sample_block_unknown(void);
struct sample_net sample_net_unknown(void);

#endif
