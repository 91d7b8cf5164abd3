require "timeout"
queue = Queue.new
threads = 8.times.map { |i| Thread.new { 50.times { queue << "#{i}"; Thread.pass } } }
threads.each(&:join)
abort "queue" unless queue.size == 400

read, write = IO.pipe
read.nonblock = write.nonblock = false if read.respond_to?(:nonblock=)
reader = Thread.new { read.read }
100.times { write.write("x" * 100) }
write.close
abort "pipe" unless reader.value.size == 10_000

got = 0
trap(:USR1) { got += 1 }
3.times { Process.kill(:USR1, $$); sleep 0.01 }
abort "trap" unless got == 3
begin
  Timeout.timeout(0.05) { sleep }
  abort "timeout"
rescue Timeout::Error
end
at_exit { puts "threads: ok" }
# Ruby's own handler turns a crash into a report of its own.
child = IO.popen([RbConfig.ruby, "--disable-gems", "-e", "Process.kill(:SEGV, $$); sleep"], err: %i[child out])
abort "segv" unless child.read.include?("[BUG] Segmentation fault")
child.close
