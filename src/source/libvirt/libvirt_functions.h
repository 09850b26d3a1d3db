/* libvirt_functions: the functions of libvirt that kvmtop calls, the only list of them: libvirt_lib.c makes their
 * definitions from it, which find the library's own at run time. A function that is missing here is an undefined reference
 * when kvmtop is linked; one that nobody calls is found by tests/check-libraries.
 *
 * FUNCTION(since, type, otherwise, name, parameters, arguments)
 *	since: the version of libvirt that has it first, as its symbols tell (readelf --dyn-syms: LIBVIRT_4.5.0)
 *	otherwise: what the caller gets where the library or this function is missing: what libvirt itself returns for a
 *	failure; nothing where type is void. library_error() is libvirt_lib.c's: why the library is not loaded */
#ifndef SOURCE_LIBVIRT_LIBVIRT_FUNCTIONS_H
#define SOURCE_LIBVIRT_LIBVIRT_FUNCTIONS_H

/* As libvirt counts, and as struct sample_platform has it. */
#define LIBVIRT_VERSION(major, minor, release) (1000000UL * (major) + 1000UL * (minor) + (release))

/* clang-format off */
#define LIBVIRT_FUNCTIONS(FUNCTION) \
	FUNCTION(LIBVIRT_VERSION(0, 0, 3), int, -1, virConnectClose, (virConnectPtr c), (c)) \
	FUNCTION(LIBVIRT_VERSION(0, 5, 0), int, -1, virConnectDomainEventDeregister, \
		(virConnectPtr c, virConnectDomainEventCallback call), (c, call)) \
	FUNCTION(LIBVIRT_VERSION(0, 5, 0), int, -1, virConnectDomainEventRegister, \
		(virConnectPtr c, virConnectDomainEventCallback call, void *opaque, virFreeCallback release), \
		(c, call, opaque, release)) \
	FUNCTION(LIBVIRT_VERSION(1, 2, 8), int, -1, virConnectGetAllDomainStats, \
		(virConnectPtr c, unsigned int stats, virDomainStatsRecordPtr **records, unsigned int flags), \
		(c, stats, records, flags)) \
	FUNCTION(LIBVIRT_VERSION(1, 2, 7), char *, NULL, virConnectGetDomainCapabilities, \
		(virConnectPtr c, const char *emulator, const char *arch, const char *machine, const char *type, \
			unsigned int flags), \
		(c, emulator, arch, machine, type, flags)) \
	FUNCTION(LIBVIRT_VERSION(0, 3, 0), char *, NULL, virConnectGetHostname, (virConnectPtr c), (c)) \
	FUNCTION(LIBVIRT_VERSION(0, 7, 3), int, -1, virConnectGetLibVersion, \
		(virConnectPtr c, unsigned long *version), (c, version)) \
	FUNCTION(LIBVIRT_VERSION(0, 0, 3), const char *, NULL, virConnectGetType, (virConnectPtr c), (c)) \
	FUNCTION(LIBVIRT_VERSION(0, 3, 0), char *, NULL, virConnectGetURI, (virConnectPtr c), (c)) \
	FUNCTION(LIBVIRT_VERSION(0, 0, 3), int, -1, virConnectGetVersion, \
		(virConnectPtr c, unsigned long *version), (c, version)) \
	FUNCTION(LIBVIRT_VERSION(0, 9, 8), int, -1, virConnectIsAlive, (virConnectPtr c), (c)) \
	FUNCTION(LIBVIRT_VERSION(0, 0, 3), virConnectPtr, NULL, virConnectOpen, (const char *uri), (uri)) \
	FUNCTION(LIBVIRT_VERSION(0, 0, 3), virConnectPtr, NULL, virConnectOpenReadOnly, (const char *uri), (uri)) \
	FUNCTION(LIBVIRT_VERSION(0, 10, 0), int, -1, virConnectRegisterCloseCallback, \
		(virConnectPtr c, virConnectCloseFunc call, void *opaque, virFreeCallback release), \
		(c, call, opaque, release)) \
	FUNCTION(LIBVIRT_VERSION(0, 9, 8), int, -1, virConnectSetKeepAlive, \
		(virConnectPtr c, int interval_s, unsigned int count), (c, interval_s, count)) \
	FUNCTION(LIBVIRT_VERSION(0, 10, 0), int, -1, virConnectUnregisterCloseCallback, \
		(virConnectPtr c, virConnectCloseFunc call), (c, call)) \
	FUNCTION(LIBVIRT_VERSION(1, 2, 12), virDomainPtr, NULL, virDomainDefineXMLFlags, \
		(virConnectPtr c, const char *xml, unsigned int flags), (c, xml, flags)) \
	FUNCTION(LIBVIRT_VERSION(0, 0, 3), int, -1, virDomainFree, (virDomainPtr d), (d)) \
	FUNCTION(LIBVIRT_VERSION(0, 0, 3), unsigned int, (unsigned int)-1, virDomainGetID, (virDomainPtr d), (d)) \
	FUNCTION(LIBVIRT_VERSION(0, 0, 3), const char *, NULL, virDomainGetName, (virDomainPtr d), (d)) \
	FUNCTION(LIBVIRT_VERSION(0, 7, 7), int, -1, virDomainGetJobInfo, \
		(virDomainPtr d, virDomainJobInfoPtr info), (d, info)) \
	FUNCTION(LIBVIRT_VERSION(0, 1, 1), int, -1, virDomainGetUUIDString, (virDomainPtr d, char *uuid), (d, uuid)) \
	FUNCTION(LIBVIRT_VERSION(0, 0, 3), char *, NULL, virDomainGetXMLDesc, \
		(virDomainPtr d, unsigned int flags), (d, flags)) \
	FUNCTION(LIBVIRT_VERSION(0, 8, 0), int, -1, virDomainHasManagedSaveImage, \
		(virDomainPtr d, unsigned int flags), (d, flags)) \
	FUNCTION(LIBVIRT_VERSION(0, 7, 3), int, -1, virDomainIsActive, (virDomainPtr d), (d)) \
	FUNCTION(LIBVIRT_VERSION(0, 7, 3), int, -1, virDomainIsPersistent, (virDomainPtr d), (d)) \
	FUNCTION(LIBVIRT_VERSION(0, 1, 1), virDomainPtr, NULL, virDomainLookupByUUIDString, \
		(virConnectPtr c, const char *uuid), (c, uuid)) \
	FUNCTION(LIBVIRT_VERSION(0, 8, 0), int, -1, virDomainSnapshotNum, \
		(virDomainPtr d, unsigned int flags), (d, flags)) \
	FUNCTION(LIBVIRT_VERSION(1, 2, 8), void, , virDomainStatsRecordListFree, \
		(virDomainStatsRecordPtr *records), (records)) \
	FUNCTION(LIBVIRT_VERSION(0, 9, 3), int, -1, virEventAddHandle, \
		(int fd, int events, virEventHandleCallback call, void *opaque, virFreeCallback release), \
		(fd, events, call, opaque, release)) \
	FUNCTION(LIBVIRT_VERSION(0, 9, 3), int, -1, virEventAddTimeout, \
		(int ms, virEventTimeoutCallback call, void *opaque, virFreeCallback release), \
		(ms, call, opaque, release)) \
	FUNCTION(LIBVIRT_VERSION(0, 9, 0), int, -1, virEventRegisterDefaultImpl, (void), ()) \
	FUNCTION(LIBVIRT_VERSION(0, 9, 3), int, -1, virEventRemoveHandle, (int watch), (watch)) \
	FUNCTION(LIBVIRT_VERSION(0, 9, 3), int, -1, virEventRemoveTimeout, (int timer), (timer)) \
	FUNCTION(LIBVIRT_VERSION(0, 9, 0), int, -1, virEventRunDefaultImpl, (void), ()) \
	FUNCTION(LIBVIRT_VERSION(0, 9, 3), void, , virEventUpdateTimeout, (int timer, int ms), (timer, ms)) \
	FUNCTION(LIBVIRT_VERSION(0, 6, 1), void, , virFreeError, (virErrorPtr error), (error)) \
	FUNCTION(LIBVIRT_VERSION(0, 1, 0), virErrorPtr, library_error(), virGetLastError, (void), ()) \
	FUNCTION(LIBVIRT_VERSION(4, 5, 0), int, VIR_ERR_NO_SUPPORT, virGetLastErrorCode, (void), ()) \
	FUNCTION(LIBVIRT_VERSION(0, 1, 0), int, -1, virInitialize, (void), ()) \
	FUNCTION(LIBVIRT_VERSION(0, 9, 3), int, -1, virNodeGetCPUStats, \
		(virConnectPtr c, int cpu, virNodeCPUStatsPtr params, int *count, unsigned int flags), \
		(c, cpu, params, count, flags)) \
	FUNCTION(LIBVIRT_VERSION(0, 1, 0), int, -1, virNodeGetInfo, (virConnectPtr c, virNodeInfoPtr info), (c, info)) \
	FUNCTION(LIBVIRT_VERSION(0, 9, 3), int, -1, virNodeGetMemoryStats, \
		(virConnectPtr c, int cell, virNodeMemoryStatsPtr params, int *count, unsigned int flags), \
		(c, cell, params, count, flags)) \
	FUNCTION(LIBVIRT_VERSION(0, 1, 0), void, , virResetLastError, (void), ()) \
	FUNCTION(LIBVIRT_VERSION(0, 6, 1), virErrorPtr, NULL, virSaveLastError, (void), ()) \
	FUNCTION(LIBVIRT_VERSION(0, 1, 0), void, , virSetErrorFunc, (void *opaque, virErrorFunc call), (opaque, call)) \
	FUNCTION(LIBVIRT_VERSION(1, 0, 2), int, -1, virTypedParamsGetInt, \
		(virTypedParameterPtr params, int count, const char *name, int *value), (params, count, name, value))
/* clang-format on */

#endif
