#include "view/term/term_modes.h"

void term_modes_init(struct term_modes *m, int fd)
{
	*m = (struct term_modes){ .fd = fd };
	if (tcgetattr(fd, &m->shell))
		return;
	m->known = true;
	m->screen = m->shell;
	m->screen.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL);
	m->screen.c_lflag |= ISIG;
	m->screen.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR);
	m->screen.c_oflag &= ~(tcflag_t)OPOST;
	m->screen.c_cc[VMIN] = 1;
	m->screen.c_cc[VTIME] = 0;
}

/* Never TCSADRAIN: it waits for a terminal that takes nothing. */
static void set(const struct term_modes *m, const struct termios *modes)
{
	if (m->known)
		tcsetattr(m->fd, TCSANOW, modes);
}

void term_modes_screen(const struct term_modes *m)
{
	set(m, &m->screen);
}

void term_modes_shell(const struct term_modes *m)
{
	set(m, &m->shell);
}
