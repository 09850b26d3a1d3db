/* osc52: the escape sequence that puts text into the clipboard of the user's own terminal, however many
 * SSH sessions lie between. */
#ifndef VIEW_TERM_OSC52_H
#define VIEW_TERM_OSC52_H

#include <stdbool.h>

/* Bytes of text: terminals take sequences of 100,000 bytes at most, which holds this much in base64. */
#define OSC52_TEXT_MAX 74994

/* ESC ] 52 ; c ; BASE64 BEL; in_tmux: wrapped so that tmux passes it on to the terminal outside (its option
 * allow-passthrough). The caller frees it. NULL when text is longer than OSC52_TEXT_MAX. */
char *osc52_make(const char *text, bool in_tmux);

#endif
