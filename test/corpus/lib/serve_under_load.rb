# usage: serve_under_load.rb webrick|puma compact|stress SECONDS
#
# A web server that answers clients in another process for SECONDS, with
# GC.auto_compact and a thread that compacts, or with GC.stress. Each answer is
# checked, byte for byte. Prints a line as a test suite does.
# exit: 0 every answer was right, 1 not so
require "digest"
require "net/http"
require "socket"

CLIENTS = 4

# Short and long bodies: embedded Strings and those with a buffer of their own.
def body_for(path)
  size = path[/\d+/].to_i
  (Digest::MD5.hexdigest(path) * (size / 32 + 1))[0, size]
end

# What an application does for a request: Strings, a Hash, a file and a pipe.
def answer(path, posted)
  reader, writer = IO.pipe
  writer.write(posted)
  writer.close
  body_for(path) + reader.read + File.read(__FILE__, 16)
ensure
  reader&.close
end

def serve_webrick(port_file)
  require "webrick"
  server = WEBrick::HTTPServer.new(Port: 0, BindAddress: "127.0.0.1", AccessLog: [], Logger: WEBrick::Log.new(File::NULL))
  server.mount_proc("/") { |request, response| response.body = answer(request.path, request.body.to_s) }
  trap("TERM") { server.shutdown }
  File.write(port_file, server.listeners.first.addr[1].to_s)
  server.start
end

def serve_puma(port_file)
  require "puma"
  require "puma/events"
  application = lambda do |environment|
    body = answer(environment["PATH_INFO"], environment["rack.input"].read.to_s)
    [200, { "content-length" => body.bytesize.to_s }, [body]]
  end
  options = { min_threads: 2, max_threads: CLIENTS }
  server = Puma::Server.new(application, Puma::Events.null, options)
  listener = server.add_tcp_listener("127.0.0.1", 0)
  stop = Queue.new
  trap("TERM") { stop << true }
  File.write(port_file, listener.addr[1].to_s)
  server.run
  stop.pop
  server.stop(true)
end

def load_with(seed, port, until_time)
  random = Random.new(seed)
  right = wrong = 0
  while Process.clock_gettime(Process::CLOCK_MONOTONIC) < until_time
    begin
      Net::HTTP.start("127.0.0.1", port, read_timeout: 20) do |http|
        8.times do
          path = "/#{random.rand(4) * random.rand(3000)}"
          posted = "p" * random.rand(64)
          body = http.post(path, posted).body
          body == body_for(path) + posted + File.read(__FILE__, 16) ? right += 1 : wrong += 1
          break if Process.clock_gettime(Process::CLOCK_MONOTONIC) >= until_time
        end
      end
    rescue IOError, SystemCallError, Timeout::Error, Net::ProtocolError, Net::HTTPBadResponse => e
      warn "no answer: #{e.class}: #{e.message}"
      wrong += 1
    end
  end
  [right, wrong]
end

server, mode, seconds = ARGV
serve = { "webrick" => :serve_webrick, "puma" => :serve_puma }.fetch(server)
port_file = File.join(Dir.pwd, "port-#{$$}")
pid = fork do
  if mode == "compact"
    GC.auto_compact = true
    Thread.new { loop { GC.compact; sleep 0.05 } }
  end
  # Not before the server has started: it takes minutes otherwise.
  Thread.new { sleep 0.1 until File.exist?(port_file); GC.stress = true } if mode == "stress"
  send(serve, port_file)
end
at_exit { Process.kill("KILL", pid) rescue nil }
sleep 0.05 until File.size?(port_file)
port = File.read(port_file).to_i
until_time = Process.clock_gettime(Process::CLOCK_MONOTONIC) + seconds.to_f
counts = Array.new(CLIENTS) { |seed| Thread.new { load_with(seed, port, until_time) } }.map(&:value)
Process.kill("TERM", pid)
Thread.new { sleep 30; Process.kill("KILL", pid) }
_, status = Process.wait2(pid)
File.delete(port_file)
right, wrong = counts.transpose.map(&:sum)
# 66: the sanitizer had something to report.
wrong += 1 unless [0, 66].include?(status.exitstatus)
# A server that answered nothing has shown nothing.
puts "1) Failure:\ntest_#{server}_#{mode} [answers]" unless wrong.zero? && right.positive?
puts "#{right + wrong} runs, #{right} assertions, #{wrong} failures"
exit wrong.zero? && right.positive?
