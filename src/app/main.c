#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#include "app/advise.h"
#include "app/app.h"
#include "core/version.h"

enum { EXIT_TROUBLE = 1, EXIT_USAGE = 2 };

int main(int argc, char **argv)
{
	struct options options;
	struct app app;
	char why[256];
	bool screen;
	int status;

	/* Only what text needs: figures keep their decimal point in every locale. */
	setlocale(LC_CTYPE, "");
	if (options_parse(&options, argc, argv, why, sizeof why)) {
		fprintf(stderr, "kvmtop: %s\n", why);
		return EXIT_USAGE;
	}
	if (options.help) {
		options_print_help(stdout);
		return 0;
	}
	if (options.version) {
		puts("kvmtop " KVMTOP_VERSION);
		return 0;
	}
	screen = !options.batch && !options.advise;
	if (screen && !(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))) {
		fputs("kvmtop: the screen needs a terminal; without one, use kvmtop --batch\n",
			stderr);
		return EXIT_TROUBLE;
	}
	if (app_init(&app, &options, screen, why, sizeof why)) {
		fprintf(stderr, "kvmtop: %s\n", why);
		return options.advise ? ADVISE_TROUBLE : EXIT_TROUBLE;
	}
	if (options.advise)
		status = advise_run(&app);
	else
		status = options.batch ? batch_run(&app) : screen_run(&app);
	app_fini(&app);
	return status;
}
