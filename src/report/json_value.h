/* json_value: figures, texts and configurations as JSON values; what is unknown is null. Each
 * function that returns a value returns a new reference. */
#ifndef REPORT_JSON_VALUE_H
#define REPORT_JSON_VALUE_H

#include <jansson.h>

#include "model/columns.h"
#include "model/fields.h"
#include "sample/domain.h"

/* null for NAN and infinity. */
json_t *json_value_number(double value);
json_t *json_value_whole(double value); /* an integer */

/* null for NULL and "". What is not UTF-8 is cleaned (core/text.h), all else stays as it is. */
json_t *json_value_text(const char *text);

/* Adds a member for each field to object, named by its key; counts are integers. */
void json_value_add_fields(
	json_t *object, const struct field *fields, size_t count, const void *row);

/* An object of all of a table's. row is what the table says. */
json_t *json_value_row(enum field_table_id id, const void *row);

json_t *json_value_tristate(enum tristate value);

/* "running", ...; null when unknown. */
json_t *json_value_state(enum domain_state state);

/* The "clock" and "hyperv" of report/json.h; null when config is NULL or was not parsed. */
json_t *json_value_clock(const struct domain_config *config);
json_t *json_value_hyperv(const struct domain_config *config);

#endif
