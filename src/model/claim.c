#include "model/claim.h"

void claim_describe(struct strbuf *out, const struct vm *vm)
{
	if (!*vm->claim)
		return;
	if (vm->claim_pid)
		strbuf_addf(out, "not domain %s, whose process is pid %d", vm->claim,
			(int)vm->claim_pid);
	else
		strbuf_addf(out, "not confirmed by libvirt as domain %s", vm->claim);
}
