#include "sample/kernel_log.h"

const char *const kernel_log_kind_names[KERNEL_LOG_KIND__COUNT] = {
	[KERNEL_LOG_MSR_UNHANDLED] = "msr-unhandled",
	[KERNEL_LOG_MSR_IGNORED] = "msr-ignored",
	[KERNEL_LOG_SOFT_LOCKUP] = "soft-lockup",
	[KERNEL_LOG_HARD_LOCKUP] = "hard-lockup",
	[KERNEL_LOG_HUNG_TASK] = "hung-task",
	[KERNEL_LOG_SPLIT_LOCK] = "split-lock",
	[KERNEL_LOG_OOM_KILL] = "oom-kill",
	[KERNEL_LOG_KVM_WARNING] = "kvm-warning",
	[KERNEL_LOG_KVM] = "kvm",
	[KERNEL_LOG_CLOCK] = "clock",
};

const char *kernel_log_kind_name(enum kernel_log_kind kind)
{
	return kernel_log_kind_names[kind];
}

const char *kernel_log_direction_name(enum kernel_log_direction direction)
{
	if (direction == KERNEL_LOG_READ)
		return "read";
	return direction == KERNEL_LOG_WRITE ? "write" : NULL;
}
