# Writes OUT: a row GVLSAN_SYSCALL(Name) for each system call that Calls.def
# (CALLS) or compiler-rt's sanitizer_common_syscalls.inc (INC) knows the memory
# of, and GVLSAN_SYSCALL_PRE(Name) where only the latter does.
cmake_minimum_required(VERSION 3.25)

# Their hooks follow pointers that the kernel would check first.
set(unsafe io_submit sysctl ptrace perf_event_open)

file(STRINGS ${CALLS} rows REGEX "^GVLSAN_[A-Z]+\\([a-z_0-9]+, Kernel,")
set(ours "")
foreach(row IN LISTS rows)
  string(REGEX REPLACE "^GVLSAN_[A-Z]+\\(([a-z_0-9]+),.*" "\\1" name "${row}")
  list(APPEND ours ${name})
endforeach()
file(STRINGS ${INC} rows REGEX "^PRE_SYSCALL\\(")
set(theirs "")
foreach(row IN LISTS rows)
  string(REGEX REPLACE "^PRE_SYSCALL\\(([a-z_0-9]+)\\).*" "\\1" name "${row}")
  list(APPEND theirs ${name})
endforeach()
if(NOT ours OR NOT theirs)
  message(FATAL_ERROR "no system calls in ${CALLS} or ${INC}")
endif()
list(REMOVE_DUPLICATES theirs)
# libc spells newfstatat another way: SyscallRanges.cpp has it.
list(REMOVE_ITEM theirs ${ours} ${unsafe} newfstatat)

set(text "")
foreach(name IN LISTS ours)
  string(APPEND text "#ifdef SYS_${name}\nGVLSAN_SYSCALL(${name})\n#endif\n")
endforeach()
foreach(name IN LISTS theirs)
  string(APPEND text "#ifdef SYS_${name}\nGVLSAN_SYSCALL_PRE(${name})\n#endif\n")
endforeach()
file(WRITE ${OUT} "${text}")
