/* devices: what a VM does to disks and networks, and what its memory is, from libvirt. Unknown is NAN. */
#ifndef MODEL_DEVICES_H
#define MODEL_DEVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"
#include "sample/domain_stats.h"

/* A disk, or all of a VM together. */
struct device_block {
	char name[24]; /* cleaned; "" of all */
	double rd_bytes_per_s, rd_per_s, wr_bytes_per_s, wr_per_s, flushes_per_s;
	double rd_us, wr_us, flush_us; /* how long a request took, on average */
};

/* A network interface, or all together. */
struct device_net {
	char name[24];
	double rx_bytes_per_s, rx_per_s, tx_bytes_per_s,
		tx_per_s;                 /* rx: to the guest; and packets */
	double errors_per_s, drops_per_s; /* both ways */
};

struct device_memory {
	double current_kib, maximum_kib, rss_kib, available_kib, unused_kib;
	double swap_in_kib_per_s, swap_out_kib_per_s, major_faults_per_s;
};

struct vm_devices {
	struct device_block block, *blocks;
	struct device_net net, *nets;
	size_t block_count, net_count;
	struct device_memory memory;
};

/* Nothing is known. */
struct vm_devices devices_unknown(void);

/* Makes d what two readings say (before NULL: there was none); the same one twice changes nothing. A total that has
 * gone back makes its rate unknown, and a device that came or went those of all together. */
void devices_update(struct vm_devices *d, const struct sample_devices *before,
	const struct sample_devices *now);

void devices_fini(struct vm_devices *d);

/* Adds "disk rd 1.2MB/s 30/s 0.41ms  wr 340kB/s 12/s 2.00ms  net rx 12.0kB/s tx 1000B/s  mem 2.0G rss 1.4G", what is
 * known of it; nothing where all is unknown. */
void devices_describe(const struct vm_devices *d, struct strbuf *out);

#endif
