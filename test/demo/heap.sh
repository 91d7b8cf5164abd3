# The program of Bug #20169 on the runtime heap: with the bug, judged, and with the fix.
program=$(realpath --relative-to=. "$binary_dir")/lib/gvlsan/compact-beside-write.so
show 0 "RHEAP_BARRIER=mprotect rheap run $program"
show 66 "RHEAP_BARRIER=mprotect gvlsan run -- rheap run $program"
show 0 "RHEAP_BARRIER=mprotect rheap run $program --method fixed"
show 0 "RHEAP_BARRIER=mprotect gvlsan run -- rheap run $program --method fixed"
