/* shed: what is not traced because the budget does not allow it, in words. */
#ifndef MODEL_SHED_H
#define MODEL_SHED_H

#include "core/text.h"
#include "model/model.h"

#define SHED_TEXT_MAX 400

/* For the header, to be put behind something: ", details shed", ", only win10", ", only win10, 1/20 of the
 * time"; shorter where that is more than room columns, "" when nothing is shed. */
void shed_describe(const struct model *m, int room, char out[static SHED_TEXT_MAX]);

/* Adds one sentence with the fix in it; nothing when nothing is shed. */
void shed_notice(const struct model *m, struct strbuf *out);

/* The name of the one VM that is traced; "one VM" when it is not among the model's. */
const char *shed_only_vm(const struct model *m);

#endif
