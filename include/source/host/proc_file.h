/* proc_file: reads small files of /proc and the numbers in them, without stdio and allocation: at a
 * thousand threads a second every call counts. */
#ifndef SOURCE_HOST_PROC_FILE_H
#define SOURCE_HOST_PROC_FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Reads the file at path below dirfd into buffer, at most size - 1 bytes, and ends it with NUL.
 * Returns how many bytes were read, or -errno. */
ssize_t proc_file_read(int dirfd, const char *path, char *buffer, size_t size);

/* Reads a whole file of up to 16 MiB (lists of CPUs can be long). The caller frees it. NULL, with errno, when it
 * cannot be read or is longer. */
char *proc_file_read_whole(int dirfd, const char *path);

/* The same as proc_file_read() for the file PID/name of a process or thread. */
ssize_t proc_file_read_pid(int dirfd, pid_t pid, const char *name, char *buffer, size_t size);

/* Opens the directory PID/name below dirfd to reach what is in it, not to list it. Returns a descriptor, which the caller
 * closes, or -1 with errno. */
int proc_file_reach(int dirfd, pid_t pid, const char *name);

/* Opens the directory PID/name below dirfd; the caller closes it. NULL, with errno, when it cannot. */
DIR *proc_file_open_dir(int dirfd, pid_t pid, const char *name);

/* Takes the decimal number at *text, leading blanks skipped, and moves *text behind it. False when
 * there is none, when it does not fit, or when no white space follows: then the text was cut short,
 * perhaps in the middle of the number. */
bool proc_file_number(const char **text, uint64_t *value);

/* The same for a number with decimals ("0.25"), whatever the locale's decimal point is. */
bool proc_file_decimal(const char **text, double *value);

/* Moves *text behind one field, whatever it is. False when it is missing or cut short. */
bool proc_file_skip(const char **text);

/* The pid that a directory's name is, or 0. */
pid_t proc_file_pid(const char *name);

#endif
