# An independent reading of a recording: pairs the lines of `trace-cmd report -N -t` and prints, for each
# thread and kind of exit, as tests/tools/readrecording does:
#	tid reason kind number count sum_ns min_ns max_ns
# isa: 1 VMX, 2 SVM, which tells how an I/O exit says its direction; 3 arm64. A line is
#	CPU 0/KVM-147   [001]    91.538218758: kvm_exit:   vcpu 0 reason cpuid rip 0x10061a info1 0x...
# and since trace-cmd 3.3 has a column of flags behind the CPU:
#	CPU 0/KVM-147   [001] d..1.    91.538218758: kvm_exit:   vcpu 0 reason cpuid rip 0x10061a info1 0x...
#	CPU 0/KVM-158   [000]     4.717636384: kvm_exit:   TRAP: HSR_EC: 0x0024 (DABT_LOW), PC: 0x00000000400810b0
# Times are below 2^53 ns, so sums are exact.

function value_after(name,   i) {
	for (i = 1; i < NF; i++)
		if ($i == name)
			return $(i + 1)
	return ""
}

# Of a number such as 0x0000000000710008.
function hex(text,   i, sum) {
	text = tolower(text)
	sub(/^0x/, "", text)
	for (i = 1; i <= length(text); i++)
		sum = sum * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
	return sum
}

# Without leading zeros.
function plain(text) {
	text = tolower(text)
	sub(/^0x/, "", text)
	sub(/^0+/, "", text)
	return text == "" ? "0" : text
}

# IRQ: HSR_EC: ..., or of a trap what is in the brackets.
function reason_of_arm64() {
	if ($2 != "TRAP:")
		return substr($2, 1, length($2) - 1)
	return substr($5, 2, length($5) - 3)
}

function detail_of_exit(reason,   info1, low) {
	if (reason != "IO_INSTRUCTION" && reason != "io")
		return "- 0"
	info1 = value_after("info1")
	low = hex(substr(info1, length(info1)))
	if (isa == 1)
		return (low >= 8 ? "in " : "out ") plain(substr(info1, length(info1) - 7, 4))
	return (low % 2 ? "in " : "out ") plain(substr(info1, length(info1) - 7, 4))
}

function book(tid,   key, ns) {
	ns = now - begin[tid]
	key = tid " " what[tid] " " detail[tid]
	delete begin[tid]
	if (ns < 0)
		return
	if (!(key in count) || ns < least[key])
		least[key] = ns
	if (!(key in count) || ns > most[key])
		most[key] = ns
	count[key]++
	sum[key] += ns
}

match($0, /-[0-9]+ +\[[0-9]+\] +([^ ]+ +)?[0-9]+\.[0-9]+: /) {
	count_of_words = split(substr($0, RSTART + 1, RLENGTH - 1), head, / +/)
	$0 = substr($0, RSTART + RLENGTH)
	tid = head[1]
	split(head[count_of_words - 1], time, /[.:]/) # the last word is empty
	now = time[1] * 1000000000 + time[2]
	if ($1 == "kvm_exit:") {
		begin[tid] = now
		what[tid] = isa == 3 ? reason_of_arm64() : value_after("reason")
		detail[tid] = detail_of_exit(what[tid])
	} else if ($1 == "kvm_entry:" && tid in begin) {
		book(tid)
	} else if ($1 == "kvm_msr:" && tid in begin && detail[tid] == "- 0") {
		detail[tid] = ($2 == "msr_read" ? "msr-read " : "msr-write ") plain($3)
	} else if ($1 == "kvm_mmio:" && tid in begin && detail[tid] == "- 0") {
		detail[tid] = ($3 == "write" ? "mmio-write " : "mmio-read ") plain(value_after("gpa"))
	} else if ($1 == "kvm_set_irq:") {
		line = tid " irq " $3
		lines[line] = 1
		if ($5)
			raised[line]++
		else
			lowered[line]++
	}
}

END {
	for (key in count)
		printf "%s %d %.0f %.0f %.0f\n", key, count[key], sum[key], least[key], most[key]
	for (line in lines)
		printf "%s %d %d\n", line, raised[line], lowered[line]
}
