/* nowhere: a path at which nobody has anything: in /proc nothing can be made. */
#ifndef TESTS_NOWHERE_H
#define TESTS_NOWHERE_H

#define NOWHERE "/proc/self/nowhere"

#endif
