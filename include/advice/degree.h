/* degree: how bad a finding is, and how sure, in words. */
#ifndef ADVICE_DEGREE_H
#define ADVICE_DEGREE_H

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL, SEVERITY__COUNT };

/* How sure a finding is of its cause; the figures are what they are. */
enum confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH, CONFIDENCE__COUNT };

/* "info", "warning", "critical". */
const char *severity_name(enum severity severity);

/* "low", "medium", "high". */
const char *confidence_name(enum confidence confidence);

/* The same in a sentence: "possibly", "likely"; "" where there is nothing to say. */
const char *confidence_word(enum confidence confidence);

/* Both: "low, possibly", "medium, likely", "high". */
const char *confidence_phrase(enum confidence confidence);

#endif
