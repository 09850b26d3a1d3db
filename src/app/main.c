#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#include "app/advise.h"
#include "app/app.h"
#include "app/changes_list.h"
#include "app/demo.h"
#include "app/undo.h"
#include "core/version.h"
#include "source/worker_thread.h"

enum { EXIT_TROUBLE = 1, EXIT_USAGE = 2 };

static int run(int argc, char **argv)
{
	struct options options;
	struct app app;
	char why[256], demo[PATH_MAX];
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
	if (options.changes)
		return changes_list_run(&options);
	if (options.undo)
		return undo_run(&options);
	if (options.demo) {
		if (demo_find(demo, sizeof demo, why, sizeof why)) {
			fprintf(stderr, "kvmtop: %s\n", why);
			return EXIT_TROUBLE;
		}
		options.replay = demo;
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

int main(int argc, char **argv)
{
	const int status = run(argc, argv);

	/* A thread may be within a library that undoes what it has made when main() returns. */
	if (worker_thread_any_left()) {
		fflush(NULL);
		_exit(status);
	}
	return status;
}
