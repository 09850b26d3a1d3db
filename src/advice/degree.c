#include "advice/degree.h"

const char *severity_name(enum severity severity)
{
	static const char *const names[SEVERITY__COUNT] = {
		[SEVERITY_INFO] = "info",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_CRITICAL] = "critical",
	};

	return names[severity];
}

const char *confidence_name(enum confidence confidence)
{
	static const char *const names[CONFIDENCE__COUNT] = {
		[CONFIDENCE_LOW] = "low",
		[CONFIDENCE_MEDIUM] = "medium",
		[CONFIDENCE_HIGH] = "high",
	};

	return names[confidence];
}

const char *confidence_word(enum confidence confidence)
{
	static const char *const words[CONFIDENCE__COUNT] = {
		[CONFIDENCE_LOW] = "possibly",
		[CONFIDENCE_MEDIUM] = "likely",
		[CONFIDENCE_HIGH] = "",
	};

	return words[confidence];
}

const char *confidence_phrase(enum confidence confidence)
{
	static const char *const phrases[CONFIDENCE__COUNT] = {
		[CONFIDENCE_LOW] = "low, possibly",
		[CONFIDENCE_MEDIUM] = "medium, likely",
		[CONFIDENCE_HIGH] = "high",
	};

	return phrases[confidence];
}
