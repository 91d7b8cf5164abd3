def check(what, got, wanted)
  abort "#{what}: #{got.inspect}, not #{wanted.inspect}" unless got == wanted
end

# What the runtime does for a report is no child of the program's.
signals = 0
trap(:CHLD) { signals += 1 }
File.stat("/")
sleep 0.05
check "signals", signals, 0
trap(:CHLD, "DEFAULT")

check "system", system("exit 3"), false
check "status", $?.exitstatus, 3
check "backquote", `echo a`, "a\n"
Process.wait(spawn("exit 4"))
check "spawn", $?.exitstatus, 4
Process.wait(fork { exit! 5 })
check "fork", $?.exitstatus, 5
Process.wait(fork { exec "exit 6" })
check "exec", $?.exitstatus, 6
Process.wait(fork { Process.kill(:KILL, $$) })
check "killed", $?.termsig, 9
begin
  spawn("no-such-command-here")
rescue Errno::ENOENT => e
  check "missing", e.class, Errno::ENOENT
end
begin
  Process.wait
  abort "an unknown child"
rescue Errno::ECHILD
end
check "popen", IO.popen(%w[cat], "r+") { |io| io.write("x"); io.close_write; io.read }, "x"
puts "processes: ok"
