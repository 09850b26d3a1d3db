/* signals: all that kvmtop reacts to, as a descriptor of the loop (signalfd). There is no handler. */
#ifndef APP_SIGNALS_H
#define APP_SIGNALS_H

#include <signal.h>

struct signals {
	int fd;
	sigset_t before; /* the mask kvmtop was started with */
};

/* Blocks SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT and reads them from fd; ignores
 * SIGPIPE. Threads started later inherit the mask. Returns 0 or -errno. */
int signals_open(struct signals *s);

/* The next signal's number, 0 when there is none. */
int signals_next(struct signals *s);

/* Stops the process as Ctrl-Z would have without us; returns when it goes on. */
void signals_stop(void);

/* Lets signals end the process again. */
void signals_close(struct signals *s);

#endif
