#include "view/frame.h"

enum style frame_severity_style(enum severity severity)
{
	static const enum style styles[SEVERITY__COUNT] = {
		[SEVERITY_INFO] = STYLE_NORMAL,
		[SEVERITY_WARNING] = STYLE_WARNING,
		[SEVERITY_CRITICAL] = STYLE_CRITICAL,
	};

	return styles[severity];
}
