#include "view/popup/popup_messages.h"

#include "view/page.h"

enum { MESSAGES_WIDTH = 100 };

void popup_messages_paint(const struct frame *f)
{
	const char *text = f->ui->messages;
	struct page page = { .width = page_width(f->term, MESSAGES_WIDTH) };

	if (text && *text)
		page_add(&page, STYLE_NORMAL, 2, text);
	else
		page_add(&page, STYLE_NORMAL, 0,
			"Neither kvmtop nor a library has had anything to say.");
	page_paint(f, &page, "Messages");
	page_fini(&page);
}
