/* judge DIR ...: prints kvmtop's findings in field cases (tests/field/README.md), in the form of their `expected`. */
#include <stdio.h>

#include "../field/judge.h"

static bool judge(const char *folder)
{
	struct field_verdict verdict = { 0 };
	struct field_case field_case;
	struct strbuf why = { 0 };
	const bool ok = field_case_read(&field_case, folder, &why) &&
			field_judge(&verdict, &field_case, &why);

	if (!ok)
		fprintf(stderr, "judge: %s\n", strbuf_text(&why));
	for (size_t i = 0; ok && i < verdict.count; i++)
		puts(verdict.lines[i]);
	if (ok && !verdict.count)
		puts("none");
	field_verdict_fini(&verdict);
	field_case_fini(&field_case);
	strbuf_fini(&why);
	return ok;
}

int main(int argc, char **argv)
{
	int failed = 0;

	if (argc < 2) {
		fputs("usage: judge DIR ...\n", stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		if (argc > 2)
			printf("%s:\n", argv[i]);
		failed |= !judge(argv[i]);
	}
	return failed;
}
